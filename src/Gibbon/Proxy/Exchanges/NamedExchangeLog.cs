using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A request's log under another name, or in another format (<c>kong.log.new</c>).</summary>
internal sealed class NamedExchangeLog(ExchangeLog log, string ns, string? format) : PluginLogger
{
    public override string Namespace => ns;

    public override bool IsEnabled(LogLevel level) => log.IsEnabled(level);

    protected override PluginLogger CreateCore(string ns, string? format) => new NamedExchangeLog(log, ns, format);

    protected override void WriteCore(LogLevel level, string message, string file, int line, string member) =>
        log.Write(LogSeverities.Of(level), PluginLine.Make(ns, message, file, line, member, format));
}
