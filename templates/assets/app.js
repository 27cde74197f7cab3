/* Small comforts. Every page works without this file. */
(function () {
	'use strict';

	/* A button with data-share: the device's own sharing, or else the address is copied. */
	function offerSharing(button) {
		var label = button.textContent;

		function copied() {
			button.textContent = button.dataset.done;
			setTimeout(function () {
				button.textContent = label;
			}, 3000);
		}

		function share() {
			if (navigator.share)
				navigator.share({ title: document.title, url: location.href }).catch(function () {
					/* the person has changed their mind */
				});
			else
				navigator.clipboard.writeText(location.href).then(copied);
		}

		if (!navigator.share && !navigator.clipboard)
			return;
		button.addEventListener('click', share);
		button.setAttribute('aria-live', 'polite');
		button.hidden = false;
	}

	/* Fields left empty do not stand in the address of what was asked for. */
	function leaveOutEmptyFields(event) {
		if (event.target.method === 'get')
			Array.prototype.forEach.call(event.target.elements, function (field) {
				if (field.name && !field.value)
					field.disabled = true;
			});
	}

	/* The page may come back from the browser's memory with fields as they were sent. */
	function enableFields() {
		document.querySelectorAll('form :disabled').forEach(function (field) {
			field.disabled = false;
		});
	}

	document.querySelectorAll('[data-share]').forEach(offerSharing);
	document.addEventListener('submit', leaveOutEmptyFields);
	window.addEventListener('pageshow', enableFields);
}());
