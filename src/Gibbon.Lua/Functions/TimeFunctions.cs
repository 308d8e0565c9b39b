using System.Globalization;
using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>The clock, sleeping and timers.</summary>
internal static class TimeFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("now", static call => call.Return(Clock(call).GetUtcNow().ToUnixTimeMilliseconds() / 1000.0)),
        new("sleep", static call => Sleep(call)),
        new("timer_at", static call => Timer(call)),
        new("timer_cancel", static call => CancelTimer(call)),
        new("timer_running", static call => call.Return(NodeFunctions.Host(call).Timers.RunningCount)),
        new("timer_pending", static call => call.Return(NodeFunctions.Host(call).Timers.PendingCount)),
        new("format_time", static call => Format(call)),
        new("parse_http_time", static call => ParseHttpTime(call)),
    ];

    private static TimeProvider Clock(LuaCall call) => call.State.Surroundings.Host?.Time ?? TimeProvider.System;

    private static int Sleep(LuaCall call)
    {
        TimeSpan delay = TimeSpan.FromSeconds(Math.Max(0, call.Number(1)));
        return call.Wait(new ValueTask(Task.Delay(delay, Clock(call), call.State.Context?.Aborted ?? CancellationToken.None)), static _ => 0);
    }

    // timer_at(delay, function, repeat, name): the function is called with whether it comes too early, since the gateway ends or the state is replaced
    private static int Timer(LuaCall call)
    {
        ITimers timers = NodeFunctions.Host(call).Timers;
        LuaRun run = call.Run ?? throw new InvalidOperationException("no worker runs yet: timers can be made from init_worker on");
        TimeSpan delay = TimeSpan.FromSeconds(call.Number(1));
        bool repeats = call.Flag(3);
        string? name = call.TextOrNull(4);
        LuaApi.lua_pushvalue(call.L, 2);
        LuaApi.lua_xmove(call.L, call.State.Main, 1);
        var timer = new LuaTimer(run.Worker, run.Plugin, call.State.Keep(), repeats, timers);
        if (name is null)
        {
            timer.Name = repeats ? timers.Every(delay, timer.WorkAsync) : timers.At(delay, timer.WorkAsync);
            return call.Return(timer.Name);
        }

        // Each state has names of its own, as each worker of Kong has.
        timer.Name = NameIn(run.Worker, name);
        Result result = repeats ? timers.NamedEvery(timer.Name, delay, timer.WorkAsync) : timers.NamedAt(timer.Name, delay, timer.WorkAsync);
        if (result.IsOk)
        {
            return call.Return(name);
        }

        timer.Forget();
        return call.Refuse(result.Error);
    }

    private static int CancelTimer(LuaCall call)
    {
        ITimers timers = NodeFunctions.Host(call).Timers;
        string name = call.Text(1);
        return call.Return((call.Run is { } run && Cancel(timers, call, NameIn(run.Worker, name))) || Cancel(timers, call, name));
    }

    // Its function goes with it, in whichever state that is.
    private static bool Cancel(ITimers timers, LuaCall call, string name)
    {
        if (!timers.Cancel(name))
        {
            return false;
        }

        if (call.Run?.Worker is { } own)
        {
            own.Host.Workers.Prepend(own).Select(worker => worker.Holdings.Timers.Find(name)).FirstOrDefault(static timer => timer is not null)?.Cancelled();
        }

        return true;
    }

    private static string NameIn(LuaWorker worker, string name) => string.Create(CultureInfo.InvariantCulture, $"{name} (state {worker.Serial})");

    // format_time(seconds, kind): local, utc, today, http, cookie
    private static int Format(LuaCall call)
    {
        DateTimeOffset time = call.IsNil(1) ? Clock(call).GetUtcNow() : DateTimeOffset.FromUnixTimeMilliseconds((long)(call.Number(1) * 1000));
        TimeZoneInfo zone = Clock(call).LocalTimeZone;
        return call.Return(call.Text(2) switch
        {
            "local" => TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            "today" => TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "utc" => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            "cookie" => time.ToString("ddd, dd-MMM-yy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture),
            _ => time.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture),
        });
    }

    private static int ParseHttpTime(LuaCall call)
    {
        string[] forms = ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];
        if (DateTimeOffset.TryParseExact(
            call.Text(1), forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out DateTimeOffset time))
        {
            return call.Return(time.ToUnixTimeSeconds());
        }

        LuaApi.lua_pushnil(call.L);
        return 1;
    }
}
