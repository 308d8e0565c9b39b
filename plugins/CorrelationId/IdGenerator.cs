using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.CorrelationId;

/// <summary>Makes ids.</summary>
sealed class IdGenerator
{
    readonly string prefix = $"{Guid.NewGuid()}#";
    long count;

    /// <summary>A new id.</summary>
    public string Next(RequestContext context, Generator generator) => generator switch
    {
        Generator.Uuid => Guid.NewGuid().ToString(),
        Generator.Tracker => Track(context),
        _ => string.Create(CultureInfo.InvariantCulture, $"{prefix}{Interlocked.Increment(ref count)}"),
    };

    static string Track(RequestContext context)
    {
        var connection = context.Client.Connection;
        var seconds = context.Host.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{connection.LocalAddress}-{context.Request.Port}-{Environment.ProcessId}-{connection.Number}-{connection.Requests}-{seconds:F3}");
    }
}
