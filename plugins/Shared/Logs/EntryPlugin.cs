using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>A plugin that sends an entry about each request, in JSON. Constants are set without Lua; everything else that operators write is Lua's business.</summary>
/// <typeparam name="TConfig">Its configuration.</typeparam>
/// <param name="lua">Runs what operators write; null where there is no Lua.</param>
abstract class EntryPlugin<TConfig>(ILua? lua) : Plugin<TConfig>
    where TConfig : class, IEntryConfig
{
    Schema? schema;

    public sealed override string Version => Kong.Version;

    public sealed override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public sealed override Schema ConfigSchema => schema ??= base.ConfigSchema!.Change(
        "config.custom_fields_by_lua",
        pieces => pieces with { Values = pieces.Values!.With(new CustomValidator(code => Fault((string)code))) });

    public sealed override ValueTask LogAsync(RequestContext context, TConfig config)
    {
        config.CustomFields.SetConstants(context);
        if (config.CustomFields.Code.Length > 0)
            return WithLuaAsync(context, config);

        Send(context, config, ValueJson.Write(context.Log.Serialize()));
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends the entry; does not wait for that.</summary>
    protected abstract void Send(RequestContext context, TConfig config, byte[] entry);

    async ValueTask WithLuaAsync(RequestContext context, TConfig config)
    {
        foreach (var (path, code) in config.CustomFields.Code)
            context.Log.SetSerializeValue(path, await (lua ?? throw new InvalidOperationException("there is no Lua")).EvaluateAsync(context, code));

        Send(context, config, ValueJson.Write(context.Log.Serialize()));
    }

    string? Fault(string code) => lua is null ? ConstantLua.Check(code) : lua.Fault(code) is { } fault ? $"Error parsing function: {fault}" : null;
}
