/* Quick View in JupyterLab: a card and a command for new briefs, and an editor that knows what a brief is and may hold.

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

  /** Return a function that asks the kit's part of the server, and throws what it says is wrong. */
  function server({ ServerConnection }, { URLExt }) {
    const settings = ServerConnection.makeSettings();
    return async (what, init = {}) => {
      const response = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, "quickview", what), init, settings);
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.message);
      return answer;
    };
  }

  /** Plugin: the card of the launcher and the command of the palette, which ask for a name and open the new brief. */
  function creation({ ICommandPalette, InputDialog, showErrorMessage }, { ILauncher }, { IDefaultFileBrowser }, ask, icon) {
    async function create(app, cwd) {
      const { kinds } = await ask("briefs");
      const title = "New brief";
      const name = await InputDialog.getText({ title, label: "Its name, in small letters and hyphens", placeholder: "my-brief", okLabel: kinds.length ? "Next" : "Create" });
      if (!name.button.accept || !name.value) return null;
      const kind = kinds.length ? await InputDialog.getItem({ title, label: "What is it about?", items: kinds, okLabel: "Create" }) : null;
      if (kind && !kind.button.accept) return null;
      const body = JSON.stringify({ name: name.value.trim(), kind: kind?.value ?? "", folder: cwd });
      const { path } = await ask("briefs", { method: "POST", body });
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
  function colours({ IEditorLanguageRegistry }, { IEditorTracker }, { LanguageSupport }, { markdown, markdownLanguage }, { parseMixed }, { hoverTooltip }, contract, icon) {
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
      // JupyterLab colours a file by what has come last, and has asked for Markdown before a brief is known for one.
      await languages.getLanguage("text/x-ipythongfm");
      const { support } = await languages.getLanguage("yaml");
      const wrap = parseMixed((node) => (node.name === "Facts" ? { parser: support.language.parser } : null));
      const brief = markdown({ base: markdownLanguage, extensions: [{ defineNodes: [{ name: "Facts", block: true }], parseBlock: [facts], wrap }] });
      return new LanguageSupport(brief.language, [brief.support, hoverTooltip(explain)]);
    }

    /** What a key is for, where the pointer rests on it. */
    async function explain({ state }, offset) {
      const place = placeOf(state.doc.toString(), offset);
      const key = place && keyAround(place.line, place.column);
      const said = key && describe(await contract(), [...keysAbove(place.lines, place.row, key.start), key.name]);
      if (!said) return null;
      const create = () => {
        const dom = document.createElement("div");
        dom.className = "quickview-hover";
        dom.style.cssText = "max-width: 36em; padding: .4em .7em; white-space: pre-line; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font: var(--jp-ui-font-size1)/1.45 var(--jp-ui-font-family)";
        dom.textContent = said;
        return { dom };
      };
      const start = offset - place.column + key.start;
      return { pos: start, end: start + key.name.length, above: true, create };
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
          contract();  // so that it is there when a key is asked for
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

  /** Return where an offset is among the lines of a brief's facts; null outside of them. */
  function placeOf(text, offset) {
    const lines = text.split("\n");
    const before = text.slice(0, offset).split("\n");
    const row = before.length - 1;
    const end = lines.indexOf("---", 1);
    return lines[0] === "---" && row > 0 && (end < 0 || row < end) ? { lines, row, line: lines[row], column: before[row].length } : null;
  }

  function keyAround(line, column) {
    for (const { 1: name, index } of line.matchAll(/([\w-]+)(?=:(\s|$))/g)) {
      if (index <= column && column <= index + name.length) return { name, start: index };
    }
    return null;
  }

  /** Return the keys above a place, outermost first: by brackets in its own line, by indentation in those above it. */
  function keysAbove(lines, row, column) {
    const line = lines[row].slice(0, column);
    const open = [];
    for (let n = 0; n < line.length; n += 1) {
      if ("{[".includes(line[n])) open.push(/([\w-]+):\s*$/.exec(line.slice(0, n))?.[1]);
      else if ("}]".includes(line[n])) open.pop();
    }
    const keys = open.filter(Boolean);
    let indent = open.length ? /^[\s-]*/.exec(line)[0].length : column;
    for (let n = row - 1; n > 0 && indent > 0; n -= 1) {
      const [, lead, key] = /^(\s*(?:-\s+)*)([\w-]+):(?:\s|$)/.exec(lines[n]) ?? [];
      if (key && lead.length < indent) {
        keys.unshift(key);
        indent = lead.length;
      }
    }
    return keys;
  }

  /** Return what the schema says of a path of keys: each form that may stand there; items of a list stand for the list. */
  function formsAt(schema, keys) {
    const forms = (node) => {
      if (node.$ref) return forms({ ...schema.$defs[node.$ref.split("/").at(-1)], ...(node.description && { description: node.description }) });
      if (node.anyOf) return node.anyOf.flatMap((one) => forms(node.description ? { ...one, description: node.description } : one));
      return node.items ? forms(node.description ? { ...node.items, description: node.description } : node.items) : [node];
    };
    return keys.reduce((nodes, key) => nodes.flatMap((node) => (node.properties?.[key] ? forms(node.properties[key]) : [])), [schema]);
  }

  const valuesOf = (forms) => [...new Set(forms.flatMap((form) => form.enum ?? form.examples ?? []))].map(String);

  function describe(schema, keys) {
    const forms = formsAt(schema, keys);
    const values = valuesOf(forms);
    const description = forms.find((form) => form.description)?.description;
    const listed = values.length && `${forms.some((form) => form.enum) ? "One of" : "Such as"}: ${values.join(", ")}`;
    return [description, listed].filter(Boolean).join("\n");
  }

  /** Plugin: keys and values that may stand at the cursor. */
  function completion({ ICompletionProviderManager }, contract) {
    async function fetch({ text, offset }) {
      const place = placeOf(text, offset);
      const nothing = { start: offset, end: offset, items: [] };
      if (!place) return nothing;
      const schema = await contract();
      const line = place.line.slice(0, place.column);
      const value = /([\w-]+):\s+(?:\[(?:.*,)?\s*)?([^\s,[\]{}][^,[\]{}]*)?$/.exec(line);
      const key = /^(.*?(?:^|[{,])\s*(?:-\s+)*)([\w-]*)$/.exec(line);
      if (!value && !key) return nothing;
      const typed = (value ? value[2] : key[2]) ?? "";
      const start = place.column - typed.length;
      const keys = keysAbove(place.lines, place.row, value ? value.index : start);
      const items = value
        ? valuesOf(formsAt(schema, [...keys, value[1]])).map((label) => ({ label, type: "value" }))
        : formsAt(schema, keys).flatMap((form) => Object.keys(form.properties ?? {})).map((label) => (
          { label, type: "key", insertText: `${label}: `, documentation: describe(schema, [...keys, label]) }));
      return { start: offset - typed.length, end: offset, items: items.filter(({ label }) => label.startsWith(typed)) };
    }

    return {
      id: "quickview:completion",
      description: "Completes a brief's keys and values.",
      autoStart: true,
      requires: [ICompletionProviderManager],
      activate: (app, manager) => {
        const isOfBrief = async ({ widget }) => isBrief(widget?.context?.path);
        manager.registerProvider({ identifier: "quickview:brief", rank: 1000, renderer: null, isApplicable: isOfBrief, fetch });
        app.started.then(() => {
          // What else stands in the file, signs and all, is of no help among keys.
          const words = manager.getProviders().get("CompletionProvider:context");
          if (words) words.isApplicable = async (context) => !(await isOfBrief(context));
        });
      },
    };
  }

  async function plugins() {
    const [apputils, launcher, filebrowser, services, coreutils, ui, codemirror, completer, fileeditor, language, markdown, lezer, view] = await Promise.all(
      ["@jupyterlab/apputils", "@jupyterlab/launcher", "@jupyterlab/filebrowser", "@jupyterlab/services", "@jupyterlab/coreutils",
        "@jupyterlab/ui-components", "@jupyterlab/codemirror", "@jupyterlab/completer", "@jupyterlab/fileeditor",
        "@codemirror/language", "@codemirror/lang-markdown", "@lezer/common", "@codemirror/view"].map(module),
    );
    const icon = new ui.LabIcon({ name: "quickview:brief", svgstr: ICON });
    const ask = server(services, coreutils);
    let schema;
    const contract = async () => (schema ??= await ask("schema"));
    return [
      creation(apputils, launcher, filebrowser, ask, icon),
      fileType(icon),
      colours(codemirror, fileeditor, language, markdown, lezer, view, contract, icon),
      completion(completer, contract),
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
