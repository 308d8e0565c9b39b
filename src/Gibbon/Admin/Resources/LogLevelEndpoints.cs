using System.Globalization;
using System.Text;
using Gibbon.Admin.Requests;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.Admin.Resources;

/// <summary><c>/debug/…/log-level</c>: how much the error log says, for a time.</summary>
internal sealed class LogLevelEndpoints(ErrorLog log, GatewaySettings settings, PluginHost host)
{
    private const string Timer = "gibbon: log level goes back";
    private const double DefaultSeconds = 60;

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Get("/debug/node/log-level", _ => ApiAnswer.Message(200, "log level: " + WordOf(log.Level))),
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
        if (LevelOf(word) is not { } level)
        {
            return ApiAnswer.Message(400, $"unknown log level: {word}");
        }

        if (seconds < 0)
        {
            return ApiAnswer.Message(400, "timeout must be greater than or equal to 0");
        }

        if (log.Level == level)
        {
            return ApiAnswer.Message(200, $"log level is already {word}");
        }

        Set(level, TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue)));
        if (everywhere)
        {
            await host.ClusterEvents.BroadcastAsync(
                "log_level", string.Create(CultureInfo.InvariantCulture, $"{{\"log_level\":{NumberOf(level)},\"timeout\":{seconds}}}"));
        }

        return ApiAnswer.Message(200, "log level changed");
    }

    private void Set(LogSeverity level, TimeSpan timeout)
    {
        host.Timers.Cancel(Timer);
        log.Level = level;
        if (timeout > TimeSpan.Zero)
        {
            host.Timers.NamedAt(Timer, timeout, _ =>
            {
                log.Level = settings.Logs.Level;
                return default;
            });
        }
    }

    private static string WordOf(LogSeverity level) => Encoding.ASCII.GetString(LogSeverities.Word(level));

    private static LogSeverity? LevelOf(string word)
    {
        foreach (LogSeverity level in Enum.GetValues<LogSeverity>())
        {
            if (WordOf(level) == word || (word == "err" && level == LogSeverity.Error))
            {
                return level;
            }
        }

        return null;
    }

    // nginx counts from the worst.
    private static int NumberOf(LogSeverity level) => LogSeverity.Emerg - level + 1;
}
