using System.Globalization;

namespace Gibbon.Settings;

/// <summary>What nginx gives its workers. A worker is a Lua state here; connections are served by one process.</summary>
internal sealed record WorkerSettings
{
    /// <summary><c>nginx_worker_processes</c>, <c>auto</c> resolved to the number of processors.</summary>
    public required int Count { get; init; }

    /// <summary>Connections per worker; null: <c>auto</c>.</summary>
    public required int? Connections { get; init; }

    /// <summary>How long a graceful stop may take (<c>worker_shutdown_timeout</c>); null: as long as it takes.</summary>
    public required TimeSpan? ShutdownTimeout { get; init; }

    /// <summary>In bytes.</summary>
    public required long EventsMaxPayload { get; init; }

    public static WorkerSettings From(SettingReader read) => new()
    {
        Count = ReadCount(read),
        Connections = read.Word("nginx_events_worker_connections") == "auto" ? null : read.WholeDirective("worker_connections", 512, "events"),
        ShutdownTimeout = read.TimeDirective("worker_shutdown_timeout", "main"),
        EventsMaxPayload = (long)(read.Number("worker_events_max_payload") ?? 0),
    };

    private static int ReadCount(SettingReader read)
    {
        var text = read.Word("nginx_main_worker_processes");
        if (text.Split(' ')[0] == "auto")
            return Environment.ProcessorCount;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0)
            return count;
        read.Fail($"nginx_worker_processes must be a number or 'auto', got '{text}'");
        return 1;
    }
}
