using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>An error log under a plugin's name, for what happens outside of requests to the proxy.</summary>
/// <param name="log">The log.</param>
/// <param name="ns">The name in brackets.</param>
/// <param name="format">How a line looks; null: as usual.</param>
/// <param name="context">What stands behind each line: of which request to an API it tells; null: of none.</param>
internal sealed class GatewayLogger(ErrorLog log, string ns, string? format = null, string? context = null) : PluginLogger
{
    public override string Namespace => ns;

    public override bool IsEnabled(LogLevel level) => log.IsEnabled(LogSeverities.Of(level));

    protected override PluginLogger CreateCore(string ns, string? format) => new GatewayLogger(log, ns, format, context);

    protected override void WriteCore(LogLevel level, string message, string file, int line, string member) =>
        log.Write(LogSeverities.Of(level), PluginLine.Make(ns, message, file, line, member, format), context);
}
