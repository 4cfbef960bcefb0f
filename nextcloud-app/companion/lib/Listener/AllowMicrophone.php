<?php

declare(strict_types=1);

namespace OCA\VoiceAssistMicrophone\Listener;

use OCP\AppFramework\Http\EmptyFeaturePolicy;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\IRequest;
use OCP\Security\FeaturePolicy\AddFeaturePolicyEvent;

/**
 * Allows the microphone to Nextcloud's own origin, on the page of VoiceAssist only.
 *
 * @implements IEventListener<AddFeaturePolicyEvent>
 */
class AllowMicrophone implements IEventListener {
	private const PAGE = '#^(/index\.php)?/apps/app_api/embedded/voiceassist(/|$)#';

	public function __construct(
		private IRequest $request,
	) {
	}

	public function handle(Event $event): void {
		// Commands have no path, and an unreadable one is an exception.
		try {
			$path = $this->request->getPathInfo();
		} catch (\Exception) {
			return;
		}
		if (!$event instanceof AddFeaturePolicyEvent || !is_string($path) || preg_match(self::PAGE, $path) !== 1) {
			return;
		}
		$policy = new EmptyFeaturePolicy();
		$policy->addAllowedMicrophoneDomain("'self'");
		$event->addPolicy($policy);
	}
}
