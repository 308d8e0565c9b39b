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
        new("timer_cancel", static call => call.Return(NodeFunctions.Host(call).Timers.Cancel(call.Text(1)))),
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

    // timer_at(delay, function, repeat, name): the function is called with whether it comes too early, since the gateway ends
    private static int Timer(LuaCall call)
    {
        ITimers timers = NodeFunctions.Host(call).Timers;
        LuaWorker worker = call.Run?.Worker ?? throw new InvalidOperationException("no worker runs yet: timers can be made from init_worker on");
        LuaPlugin? plugin = call.Run.Plugin;
        TimeSpan delay = TimeSpan.FromSeconds(call.Number(1));
        bool repeats = call.Flag(3);
        string? name = call.TextOrNull(4);
        LuaApi.lua_pushvalue(call.L, 2);
        LuaApi.lua_xmove(call.L, call.State.Main, 1);
        int function = call.State.Keep();
        if (name is null)
        {
            return call.Return(repeats ? timers.Every(delay, Work) : timers.At(delay, Work));
        }

        Result result = repeats ? timers.NamedEvery(name, delay, Work) : timers.NamedAt(name, delay, Work);
        return result.IsOk ? call.Return(name) : call.Refuse(result.Error);

        async ValueTask Work(CancellationToken cancellation)
        {
            if (worker.NewRequest() is not { } request)
            {
                return; // the state is closed, and the function went with it
            }

            LuaRun run = worker.NewRun();
            run.Prepare(plugin, request, null, Phase.None, null, stack =>
            {
                LuaState.PushKept(stack, function);
                LuaStack.Push(stack, cancellation.IsCancellationRequested);
                return 2;
            });
            try
            {
                await worker.RunAsync(run).ConfigureAwait(false);
            }
            finally
            {
                request.Dispose();
                if (!repeats)
                {
                    worker.Release(function);
                }
            }
        }
    }

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
