using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.log</c>.</summary>
internal static class LogFunctions
{
    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        .. new (string Name, LogLevel Level)[]
        {
            ("emerg", LogLevel.Emerg), ("alert", LogLevel.Alert), ("crit", LogLevel.Crit), ("err", LogLevel.Err), ("warn", LogLevel.Warn),
            ("notice", LogLevel.Notice), ("info", LogLevel.Info), ("debug", LogLevel.Debug),
        }.Select(static pair => PdkFunctions.Do($"kong.log.{pair.Name}", call => Write(call, pair.Level))),
        PdkFunctions.Do("kong.log.inspect", static call => call.Context.Log.Debug(Line(call), "")),
        PdkFunctions.Do("kong.log.set_serialize_value", static call => call.Context.Log.SetSerializeValue(call.Text(0, "key must be a string"), call[1], Mode(call))),
        PdkFunctions.Get("kong.log.serialize", static call => Encoding.UTF8.GetString(ValueJson.Write(call.Context.Log.Serialize()))),
    ];

    // A plugin elsewhere has no place in a file of ours.
    private static void Write(PdkCall call, LogLevel level) => call.Context.Log.Write(level, Line(call), "");

    private static string Line(PdkCall call)
    {
        if (call.Arguments.Count == 1 && call[0] is string only)
        {
            return only;
        }

        var line = new StringBuilder();
        foreach (object? argument in call.Arguments)
        {
            line.Append(argument switch
            {
                null => "nil",
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                ValueMap or ValueList => Encoding.UTF8.GetString(ValueJson.Write(argument)),
                _ => Value.ToText(argument),
            });
        }

        return line.ToString();
    }

    private static SerializeMode Mode(PdkCall call) => call.MapOrNull(2)?.GetString("mode") switch
    {
        null or "set" => SerializeMode.Set,
        "add" => SerializeMode.Add,
        "replace" => SerializeMode.Replace,
        _ => throw new KongArgumentException("mode must be 'set', 'add' or 'replace'"),
    };
}
