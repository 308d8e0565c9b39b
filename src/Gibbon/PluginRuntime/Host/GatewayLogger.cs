using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The error log under a plugin's name, for what happens outside of requests.</summary>
internal sealed class GatewayLogger(ErrorLog log, string ns, string? format = null) : PluginLogger
{
    public override string Namespace => ns;

    public override bool IsEnabled(LogLevel level) => log.IsEnabled(LogSeverities.Of(level));

    protected override PluginLogger CreateCore(string ns, string? format) => new GatewayLogger(log, ns, format);

    protected override void WriteCore(LogLevel level, string message, string file, int line, string member) =>
        log.Write(LogSeverities.Of(level), PluginLine.Make(ns, message, file, line, member, format));
}
