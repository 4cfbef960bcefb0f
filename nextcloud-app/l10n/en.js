OC.L10N.register(
    "voiceassist",
    {
        "VoiceAssist": "VoiceAssist",
        "Ask VoiceAssist": "Ask VoiceAssist"
    },
    "nplurals=2; plural=(n != 1);");
