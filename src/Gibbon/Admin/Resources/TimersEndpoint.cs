using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary><c>/timers</c>: how many timers there are, in the shape of Kong's timers.</summary>
internal static class TimersEndpoint
{
    public static ApiEndpoint Of(ITimers timers) => ApiEndpoint.Get("/timers", _ =>
    {
        long running = timers.RunningCount;
        long pending = timers.PendingCount;
        return ApiAnswer.Json(200, new ValueMap
        {
            ["worker"] = new ValueMap { ["id"] = 0L, ["count"] = 1L },
            ["stats"] = new ValueMap
            {
                ["sys"] = new ValueMap { ["total"] = running + pending, ["runs"] = 0L, ["running"] = running, ["pending"] = 0L, ["waiting"] = pending },
                ["timers"] = new ValueMap(),
                ["flamegraph"] = new ValueMap { ["running"] = "", ["pending"] = "", ["elapsed_time"] = "" },
            },
        });
    });
}
