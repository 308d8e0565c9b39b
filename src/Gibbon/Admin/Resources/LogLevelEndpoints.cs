using System.Globalization;
using Gibbon.Admin.Requests;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.Admin.Resources;

/// <summary><c>/debug/…/log-level</c>: how much the error log says, for a time.</summary>
internal sealed class LogLevelEndpoints(LogLevelChange change, GatewaySettings settings, PluginHost host)
{
    private const double DefaultSeconds = 60;

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Get("/debug/node/log-level", _ => ApiAnswer.Message(200, "log level: " + LogLevelChange.WordOf(change.Level))),
        Change("/debug/node/log-level/:log_level", everywhere: false),
        Change(
            settings.Node.Role == NodeRole.ControlPlane
                ? "/debug/cluster/control-planes-nodes/log-level/:log_level"
                : "/debug/cluster/log-level/:log_level",
            everywhere: true),
    ];

    private ApiEndpoint Change(string path, bool everywhere) =>
        ApiEndpoint.Of(path, ("PUT", request => ChangeAsync(request, everywhere)));

    private async ValueTask<ApiAnswer> ChangeAsync(ApiRequest request, bool everywhere)
    {
        if (settings.Database.Kind == DatabaseKind.Off)
        {
            return ApiAnswer.Message(405, "cannot change log level when not using a database");
        }

        string word = request.Parameter("log_level");
        string? timeout = request.QueryText("timeout") ?? request.Body.PlainArguments().Get("timeout")?.ToString();
        double seconds = Math.Ceiling(timeout is null ? DefaultSeconds : Convert.ToDouble(FormTypes.Number(timeout) ?? DefaultSeconds, CultureInfo.InvariantCulture));
        if (LogLevelChange.LevelOf(word) is not { } level)
        {
            return ApiAnswer.Message(400, $"unknown log level: {word}");
        }

        if (seconds < 0)
        {
            return ApiAnswer.Message(400, "timeout must be greater than or equal to 0");
        }

        if (change.Level == level)
        {
            return ApiAnswer.Message(200, $"log level is already {word}");
        }

        change.Set(level, TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue)));
        if (everywhere)
        {
            await host.ClusterEvents.BroadcastAsync(LogLevelChange.Channel, LogLevelChange.Tell(level, seconds));
        }

        return ApiAnswer.Message(200, "log level changed");
    }
}
