using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.log</c> and <c>ngx.log</c>.</summary>
internal static class LogFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("log_enabled", static call => call.Return(Logger(call, null)?.IsEnabled((LogLevel)call.Integer(1)) ?? true)),
        new("log_write", static call => Write(call)),
        new("log_set_serialize_value", static call => SetSerializeValue(call)),
        new("log_serialize", static call => Serialize(call)),
    ];

    // The request's log, so that a line ends with what nginx says of the request; that of the API in an endpoint; outside of both the plugin's.
    private static PluginLogger? Logger(LuaCall call, string? ns) =>
        call.State.Context?.Log ?? call.State.Run?.Request?.Log ?? call.State.Surroundings.Host?.Logger(ns ?? "lua");

    // log_write(level, text, file, line, namespace, format, function)
    private static int Write(LuaCall call)
    {
        var level = (LogLevel)call.Integer(1);
        string text = call.TextOrNull(2) ?? "";
        string file = call.TextOrNull(3) ?? "";
        string? ns = call.TextOrNull(5);
        if (Logger(call, ns) is not { } logger)
        {
            call.State.Surroundings.Log(level, text, file, call.Integer(4), ns);
            return 0;
        }

        string? format = call.TextOrNull(6);
        if ((ns is { Length: > 0 } && logger.Namespace != ns) || format is not null)
        {
            logger = logger.Create(ns is { Length: > 0 } ? ns : logger.Namespace, format);
        }

        logger.Write(level, text, file, call.Integer(4), call.TextOrNull(7) ?? "");
        return 0;
    }

    private static int SetSerializeValue(LuaCall call)
    {
        SerializeMode mode = call.TextOrNull(3) switch
        {
            "add" => SerializeMode.Add,
            "replace" => SerializeMode.Replace,
            _ => SerializeMode.Set,
        };
        call.Context.Log.SetSerializeValue(call.Text(1), LuaValues.ReadAny(call.L, 2), mode);
        return 0;
    }

    private static int Serialize(LuaCall call)
    {
        ValueMap entry = call.Context.Log.Serialize();
        LuaValues.Push(call.L, entry, call.State);
        return 1;
    }
}
