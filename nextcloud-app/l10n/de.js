OC.L10N.register(
    "voiceassist",
    {
        "VoiceAssist": "VoiceAssist",
        "Ask VoiceAssist": "VoiceAssist fragen"
    },
    "nplurals=2; plural=(n != 1);");
