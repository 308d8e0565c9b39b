using System.Collections;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>What a Lua machine does for templates: expressions that are more than an expression, and all of them when the settings let them see more than usual.</summary>
static class TemplateLua
{
    const string Off = "loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'";

    // What the sandbox of templates has; the rest is for the settings to say.
    const string Scope = """
        local granted = ...
        local loaders = {
          headers = kong.request.get_headers,
          query_params = kong.request.get_query,
          uri_captures = function()
            local matches = ngx.ctx.router_matches
            return matches and matches.uri_captures or {}
          end,
          shared = function()
            return kong.ctx.shared
          end,
        }
        return setmetatable({}, {
          __index = function(self, name)
            local load = loaders[name]
            if not load then
              return name == "type" and type or granted[name]
            end
            local value = load()
            rawset(self, name, value)
            return value
          end,
          __newindex = function()
            error("This environment is read-only.")
          end,
        })
        """;

    static readonly string[] Entries =
    [
        "rename.body", "rename.querystring", "replace.body", "replace.headers", "replace.querystring",
        "add.body", "add.headers", "add.querystring", "append.body", "append.headers", "append.querystring",
    ];

    /// <summary>The schema with templates looked at.</summary>
    /// <param name="schema">The plugin's schema.</param>
    /// <param name="lua">The Lua machine; <c>null</c> if there is none.</param>
    public static Schema Check(Schema schema, ILua? lua)
    {
        foreach (var path in Entries)
            schema = schema.Change($"config.{path}", field => field with { Elements = field.Elements!.With(new CustomValidator(entry => EntryFault(path, (string)entry, lua))) });

        return schema.Change("config.replace.uri", field => field.With(new CustomValidator(text => Fault((string)text, lua, isChecked: false))));
    }

    /// <summary>Has Lua evaluate what it must.</summary>
    /// <param name="context">The request.</param>
    /// <param name="templates">The templates.</param>
    /// <param name="scope">Gets the values.</param>
    /// <param name="lua">The Lua machine; <c>null</c> if there is none.</param>
    /// <exception cref="LuaException">The settings forbid templates.</exception>
    public static ValueTask EvaluateAsync(RequestContext context, Template[] templates, TemplateScope scope, ILua? lua)
    {
        var settings = context.Host.Settings;
        if (settings["untrusted_lua"] is "off" && Array.Find(templates, static template => template.Pieces.Length > 0) is { } forbidden)
            throw new LuaException($"[request-transformer] failed to render the template {forbidden.Text}, error:{Off}");

        if (lua is null)
            return ValueTask.CompletedTask;

        var all = settings["untrusted_lua"] is "on" || IsSet(settings["untrusted_lua_sandbox_environment"]);
        return all || Array.Exists(templates, static template => template.NeedsLua is not null) ? RunAsync(context, templates, scope, lua, all) : ValueTask.CompletedTask;
    }

    static async ValueTask RunAsync(RequestContext context, Template[] templates, TemplateScope scope, ILua lua, bool all)
    {
        var evaluated = scope.Evaluated = [];
        foreach (var template in templates)
            foreach (var piece in template.Pieces)
                if ((all || piece.Parsed is null) && !evaluated.ContainsKey(piece.Code))
                    evaluated[piece.Code] = await lua.EvaluateAsync(context, $"return {piece.Code}", Scope);
    }

    static bool IsSet(object? setting) => setting switch
    {
        string text => text.Length > 0,
        IEnumerable list => list.Cast<object?>().Any(),
        _ => false,
    };

    static string? EntryFault(string path, string entry, ILua? lua) =>
        Fault(NamedValue.Parse(entry).Value, lua, isChecked: !path.EndsWith(".headers", StringComparison.Ordinal));

    // What headers and the path say is found out when it is rendered.
    static string? Fault(string text, ILua? lua, bool isChecked)
    {
        var template = Template.Compile(text);
        if (template.NeedsLua is not { } reason)
            return null;

        if (lua is null)
            return $"value '{text}' is not supported: templates are evaluated without a Lua machine, and this one has {reason}";

        var fault = isChecked ? template.Pieces.Select(piece => lua.Fault($"return {piece.Code}")).FirstOrDefault(static found => found is not null) : null;
        return fault is null ? null : $"value '{text}' is not in supported format, error:{fault}";
    }
}
