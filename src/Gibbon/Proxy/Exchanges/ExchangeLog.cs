using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Errors;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;
using Gibbon.Observability;
using Gibbon.Settings;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="RequestLog"/> over an exchange: lines of the error log that say which request they belong to.</summary>
internal sealed class ExchangeLog(Exchange exchange) : RequestLog(exchange)
{
    public override string Namespace => exchange.Plugin?.Name ?? "";

    public override bool IsEnabled(LogLevel level) => exchange.Dependencies.ErrorLog.IsEnabled(LogSeverities.Of(level));

    public void Clear() => Reset();

    /// <summary>A plugin threw. The message names it, the exception follows for whoever must mend it.</summary>
    public void PluginFailed(string plugin, Phase phase, Exception failure) =>
        Write(LogSeverity.Error, $"[kong] [{plugin}] {PhaseNames.Of(phase)}: {failure}");

    /// <summary>The gateway itself failed on this request.</summary>
    public void Defect(Exception failure) => Write(LogSeverity.Crit, $"[gibbon] request failed: {failure}");

    /// <summary>The service could not be reached, or did not answer properly.</summary>
    public void UpstreamFailed(ProxyError error)
    {
        LogSeverity severity = error.Source == ErrorSource.Client ? LogSeverity.Info : LogSeverity.Error;
        if (exchange.Dependencies.ErrorLog.IsEnabled(severity))
        {
            Write(severity, FailureWords.Of(error, answered: exchange.ServiceAnswer is not null));
        }
    }

    protected override TrafficFigures FiguresCore => exchange.Figures();

    protected override PhaseTimes TimesCore => new(
        exchange.NanosecondsAt(exchange.Times.Started), At(exchange.Times.AccessEnded), At(exchange.Times.HeadReceived), At(exchange.Times.BodyEnded));

    protected override PluginLogger CreateCore(string ns, string? format) => new NamedExchangeLog(this, ns, format);

    protected override void WriteCore(LogLevel level, string message, string file, int line, string member)
    {
        WriteLine(LogSeverities.Of(level), PluginLine.Make(Namespace, message, file, line, member, format: null));
        ((ExchangeTelemetry)exchange.Telemetry).Add(level, message, file, line, member);
    }

    protected override ValueMap SerializeCore() => exchange.Downstream is StreamSession session ? StreamLogEntry.Of(exchange, session) : ExchangeLogEntry.Of(exchange);

    /// <summary>Writes a line with what nginx says about the request behind it, and keeps it for those who export lines.</summary>
    public void Write(LogSeverity severity, string message)
    {
        WriteLine(severity, message);
        if (exchange.Dependencies.ErrorLog.IsEnabled(severity))
        {
            ((ExchangeTelemetry)exchange.Telemetry).Add(LogSeverities.LevelOf(severity), message);
        }
    }

    private void WriteLine(LogSeverity severity, string message)
    {
        ErrorLog log = exchange.Dependencies.ErrorLog;
        if (log.IsEnabled(severity))
        {
            log.Write(severity, message, RequestText(), exchange.Downstream.ConnectionId);
        }
    }

    private long? At(long timestamp) => timestamp == 0 ? null : exchange.NanosecondsAt(timestamp);

    private string RequestText()
    {
        if (exchange.Downstream is StreamSession session)
        {
            return StreamLogEntry.LineOf(exchange, session);
        }

        RequestHead head = exchange.Downstream.Request;
        string upstream = exchange.Call.TryCount > 0 && exchange.Call.LastTry.EndPoint is { } endPoint
            ? $"upstream: \"{(exchange.Call.IsTls ? "https" : "http")}://{endPoint}{Encoding.Latin1.GetString(exchange.UpstreamTarget)}\", "
            : "";
        string referrer = head.Headers.GetString(KnownHeader.Referer) is { } given ? $"referrer: \"{given}\", " : "";
        return $"client: {exchange.ClientAddress}, server: kong, request: \"{Encoding.Latin1.GetString(head.RequestLine)}\", {upstream}"
            + $"host: \"{Encoding.Latin1.GetString(head.Authority)}\", {referrer}request_id: \"{exchange.Id}\"";
    }
}
