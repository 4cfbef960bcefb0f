(() => {
  const token = document.head.dataset.requesttoken;
  const main = document.getElementById('app-content');
  const state = JSON.parse(main.dataset.state);
  const status = document.getElementById('status');
  const say = (text) => { status.textContent = text; };
  const join = (name) => (state.dir === '/' ? '' : state.dir) + '/' + name;
  const dav = (path) => '/remote.php/dav/files/' + encodeURIComponent(state.user) + path.split('/').map(encodeURIComponent).join('/');
  const ocs = (method, path, body) => fetch('/ocs/v2.php' + path, {
    method, body: body && JSON.stringify(body),
    headers: { requesttoken: token, 'OCS-APIRequest': 'true', Accept: 'application/json', 'Content-Type': 'application/json' },
  });
  const chosen = () => [...main.querySelectorAll('input[name=select]:checked')].map((box) => state.files[Number(box.value)]);
  const act = async (action, files) => {
    const response = await fetch('/index.php/apps/app_api/proxy/' + state.app + '/' + action.actionHandler, {
      method: 'POST', headers: { 'Content-Type': 'application/json', requesttoken: token }, body: JSON.stringify({ files }),
    });
    if (!response.ok) { say('The action failed: ' + response.status); return; }
    const answer = await response.json().catch(() => ({}));
    if (answer.redirect_handler) {
      const ids = files.map((file) => file.fileId).join(',');
      location.assign('/index.php/apps/app_api/embedded/' + state.app + '/' + answer.redirect_handler + '?fileIds=' + ids);
    } else {
      say('Action request sent to the app');
    }
  };
  main.addEventListener('click', async (event) => {
    const button = event.target.closest('button[data-do]');
    if (!button) return;
    const file = state.files[Number(button.dataset.file)];
    const action = state.actions[Number(button.dataset.action)];
    switch (button.dataset.do) {
      case 'act': return act(action, [file]);
      case 'act-all': return act(action, chosen());
      case 'share': {
        const shareWith = document.getElementById('with-' + button.dataset.file).value.trim();
        const shareType = state.groups.includes(shareWith) ? 1 : 0;
        const done = await ocs('POST', '/apps/files_sharing/api/v1/shares', { path: join(file.name), shareType, shareWith });
        return done.ok ? location.reload() : say('Sharing failed');
      }
      case 'unshare': {
        const done = await ocs('DELETE', '/apps/files_sharing/api/v1/shares/' + button.dataset.share);
        return done.ok ? location.reload() : say('Unsharing failed');
      }
      case 'delete': {
        const done = await fetch(dav(join(file.name)), { method: 'DELETE', headers: { requesttoken: token } });
        return done.ok ? location.reload() : say('Deleting failed');
      }
    }
  });
  document.getElementById('upload').addEventListener('change', async (event) => {
    for (const file of event.target.files) {
      const done = await fetch(dav(join(file.name)), { method: 'PUT', body: file, headers: { requesttoken: token } });
      if (!done.ok) { say('Upload failed: ' + file.name); return; }
    }
    location.reload();
  });
})();
