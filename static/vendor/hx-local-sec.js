/* hx-local-sec: Footing's own htmx extension. It stands behind htmx in one file, see VENDOR.md.
   The pages demand Trusted Types, so htmx needs a policy to parse what our server answers. It gets
   no way to run text as code: hx-on, js: values and trigger filters end in an error. */
{
  const refuse = function () {
    throw new Error("local-sec: text is not run as code");
  };
  const rules = {
    createHTML: (html) => html,
    // A script in an answer. Data such as JSON-LD may pass, as it does nothing; JSON.parse throws
    // on anything that could.
    createScript: (text) => JSON.stringify(JSON.parse(text)).replaceAll("<", "\\u003c"),
  };

  htmx.registerExtension("local-sec", {
    init(api) {
      // A browser that refuses the policy makes this throw; htmx is then left with plain strings,
      // which the same browser refuses too, so nothing is swapped unguarded.
      const policy = window.trustedTypes?.createPolicy("htmx", rules) ?? rules;
      api.initSecurity(policy, refuse, refuse);
    },
  });
}
