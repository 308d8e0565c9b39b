using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="Telemetry"/> over an exchange: records for OpenTelemetry's logs, kept only while a plugin takes them.</summary>
internal sealed class ExchangeTelemetry(Exchange exchange) : Telemetry(exchange)
{
    protected override Result LogCore(PluginInstance plugin, string messageType, string? message, ValueMap? attributes) =>
        Result.Failure("Telemetry logging is disabled: log entry will not be recorded");
}
