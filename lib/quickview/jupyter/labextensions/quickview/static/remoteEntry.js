/* Quick View in JupyterLab: a card and a command for new briefs, and an editor that knows what a brief is.

JupyterLab loads this file as it is, as a container of modules: `init` gets the modules that JupyterLab shares, of which
all of its own are taken, and `get` returns the plugins. Nothing is built, and nothing is fetched from elsewhere. */
"use strict";

(() => {
  const COMMAND = "quickview:new-brief";
  const MIME = "text/x-quickview-brief";
  const ICON =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 22 22"><g class="jp-icon3" fill="#616161">' +
    '<path d="M4 2h14v3.4H4zM4 7h14v1.5H4zM4 10.2h6.2V16H4zM12 10.2h6v1.3h-6zM12 12.7h6V14h-6zM12 15.2h4.4v1.3H12zM4 18h10v1.5H4z"/></g></svg>';

  let shared;

  const isBrief = (path) => /(^|\/|:)briefs\/[^/]+\.md$/.test(path ?? "");

  /** Return a module that JupyterLab shares; of several versions the newest, as JupyterLab does. */
  async function module(name) {
    const versions = shared[name];
    const newest = Object.keys(versions).sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    return (await versions[newest].get())();
  }

  /** Plugin: the card of the launcher and the command of the palette, which ask for a name and open the new brief. */
  function creation({ ICommandPalette, InputDialog, showErrorMessage }, { ILauncher }, { IDefaultFileBrowser }, services, { URLExt }, icon) {
    const { ServerConnection } = services;

    async function ask(settings, init) {
      const url = URLExt.join(settings.baseUrl, "quickview/briefs");
      const response = await ServerConnection.makeRequest(url, init, settings);
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.message);
      return answer;
    }

    async function create(app, cwd) {
      const settings = app.serviceManager.serverSettings;
      const { kinds } = await ask(settings, {});
      const title = "New brief";
      const name = await InputDialog.getText({ title, label: "Its name, in small letters and hyphens", placeholder: "my-brief", okLabel: kinds.length ? "Next" : "Create" });
      if (!name.button.accept || !name.value) return null;
      const kind = kinds.length ? await InputDialog.getItem({ title, label: "What is it about?", items: kinds, okLabel: "Create" }) : null;
      if (kind && !kind.button.accept) return null;
      const body = JSON.stringify({ name: name.value.trim(), kind: kind?.value ?? "", folder: cwd });
      const { path } = await ask(settings, { method: "POST", body });
      return app.commands.execute("docmanager:open", { path, factory: "Editor" });
    }

    return {
      id: "quickview:new-brief",
      description: "Makes a new brief and opens it.",
      autoStart: true,
      optional: [ILauncher, ICommandPalette, IDefaultFileBrowser],
      activate: (app, launcher, palette, browser) => {
        app.commands.addCommand(COMMAND, {
          label: "Quick View: new brief",
          caption: "Make a brief to begin with, and open it",
          icon,
          execute: (args) => create(app, args.cwd ?? browser?.model.path ?? "").catch((error) => showErrorMessage("No brief was made", error.message)),
        });
        launcher?.add({ command: COMMAND, category: "Other", rank: 0 });
        palette?.addItem({ command: COMMAND, category: "Quick View" });
      },
    };
  }

  /** Plugin: briefs are files of a type of their own, by the folder that they are in. */
  function fileType(icon) {
    const type = { name: "quickview-brief", displayName: "Brief", mimeTypes: [MIME], extensions: [], contentType: "file", fileFormat: "text", icon };
    return {
      id: "quickview:file-type",
      description: "Tells briefs from other Markdown files.",
      autoStart: true,
      activate: ({ docRegistry }) => {
        docRegistry.addFileType(type);
        // JupyterLab knows a type by a file's name alone, and a brief is a brief because of its folder.
        const forModel = docRegistry.getFileTypeForModel.bind(docRegistry);
        const forPath = docRegistry.getFileTypesForPath.bind(docRegistry);
        const ours = docRegistry.getFileType(type.name);
        docRegistry.getFileTypeForModel = (model) => (model.type !== "directory" && isBrief(model.path) ? ours : forModel(model));
        docRegistry.getFileTypesForPath = (path) => (isBrief(path) ? [ours, ...forPath(path)] : forPath(path));
      },
    };
  }

  /** Plugin: facts are coloured as YAML, prose as Markdown. */
  function colours({ IEditorLanguageRegistry }, { IEditorTracker }, { markdown, markdownLanguage }, { parseMixed }, icon) {
    /** What stands between the lines of `---` at the beginning, as a block of the Markdown. */
    const facts = {
      name: "Facts",
      before: "HorizontalRule",
      parse(context, line) {
        if (context.lineStart !== 0 || !/^---\s*$/.test(line.text)) return false;
        while (context.nextLine()) {
          if (/^---\s*$/.test(line.text)) break;
        }
        context.nextLine();
        context.addElement(context.elt("Facts", 0, context.prevLineEnd()));
        return true;
      },
    };

    async function load(languages) {
      const { support } = await languages.getLanguage("yaml");
      const wrap = parseMixed((node) => (node.name === "Facts" ? { parser: support.language.parser } : null));
      return markdown({ base: markdownLanguage, extensions: [{ defineNodes: [{ name: "Facts", block: true }], parseBlock: [facts], wrap }] });
    }

    return {
      id: "quickview:colours",
      description: "Colours a brief's facts as YAML and its prose as Markdown.",
      autoStart: true,
      requires: [IEditorLanguageRegistry, IEditorTracker],
      activate: (_app, languages, editors) => {
        languages.addLanguage({ name: "brief", displayName: "Brief", mime: MIME, load: () => load(languages) });
        const recognise = (widget) => {
          if (!isBrief(widget.context.path)) return;
          widget.content.model.mimeType = MIME;
          widget.title.icon = icon;
        };
        const follow = (widget) => {
          recognise(widget);
          widget.context.pathChanged.connect(() => recognise(widget));
        };
        editors.forEach(follow);
        editors.widgetAdded.connect((_sender, widget) => follow(widget));
      },
    };
  }

  async function plugins() {
    const [apputils, launcher, filebrowser, services, coreutils, ui, codemirror, fileeditor, markdown, lezer] = await Promise.all(
      ["@jupyterlab/apputils", "@jupyterlab/launcher", "@jupyterlab/filebrowser", "@jupyterlab/services", "@jupyterlab/coreutils",
        "@jupyterlab/ui-components", "@jupyterlab/codemirror", "@jupyterlab/fileeditor", "@codemirror/lang-markdown", "@lezer/common"].map(module),
    );
    const icon = new ui.LabIcon({ name: "quickview:brief", svgstr: ICON });
    return [
      creation(apputils, launcher, filebrowser, services, coreutils, icon),
      fileType(icon),
      colours(codemirror, fileeditor, markdown, lezer, icon),
    ];
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.quickview = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const exported = { __esModule: true, default: await plugins() };
      return () => exported;
    },
  };
})();
