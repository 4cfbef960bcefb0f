<?php

declare(strict_types=1);

namespace OCA\VoiceAssistMicrophone\AppInfo;

use OCA\VoiceAssistMicrophone\Listener\AllowMicrophone;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\Security\FeaturePolicy\AddFeaturePolicyEvent;

class Application extends App implements IBootstrap {
	public function __construct() {
		parent::__construct('voiceassist_microphone');
	}

	public function register(IRegistrationContext $context): void {
		$context->registerEventListener(AddFeaturePolicyEvent::class, AllowMicrophone::class);
	}

	public function boot(IBootContext $context): void {
	}
}
