// Stands first in a page under test: counts what goes wrong from then on.
const wrong = [];
addEventListener('error', event => wrong.push(event.message || 'a resource did not load'), true);
addEventListener('securitypolicyviolation', event => wrong.push('asked for ' + event.blockedURI));
