using System.Diagnostics;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Settings;
using Gibbon.Tests.Storage;
using Gibbon.Threading;

namespace Gibbon.Tests.Threading;

public sealed class LongWorkTests
{
    const int Times = 500;

    // Without giving way it is less than a third of the times.
    [Fact]
    public async Task Between_two_pieces_whoever_is_waited_for_goes_first()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel has no turns of a length that a thread may choose");
        Assert.InRange(await ServedInTimeAsync(), Times / 2, Times);
    }

    [Fact]
    public async Task A_change_of_an_entity_gives_way()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel does not tell how long a thread's turns are");
        await using SqliteFixture database = new();
        Assert.Equal(300_000, await OnOneProcessor(() =>
        {
            database.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h" }).GetAwaiter().GetResult();
            return KernelThreads.Of(KernelThreads.Current, "se.slice");
        }));
    }

    [Fact]
    public async Task Routes_on_their_way_into_the_index_give_way()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel does not tell how long a thread's turns are");
        Assert.Equal(300_000, await OnOneProcessor(static () =>
        {
            RouterBuilder builder = new(RouterFlavor.TraditionalCompatible);
            builder.AddAll([new Route { Id = Guid.NewGuid(), Paths = ["/a"] }]);
            return KernelThreads.Of(KernelThreads.Current, "se.slice");
        }));
    }

    [Fact]
    public async Task Who_gives_a_turn_away_has_short_ones()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel does not tell how long a thread's turns are");
        Assert.Equal(300_000, await OnOneProcessor(static () =>
        {
            LongWork.GiveWay();
            return KernelThreads.Of(KernelThreads.Current, "se.slice");
        }));
    }

    [Fact]
    public async Task Threads_that_serve_requests_go_on()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel does not tell how long a thread's turns are");
        Assert.Equal(100_000, await OnOneProcessor(static () =>
        {
            ShortTurns.Ask(ShortTurns.Shortest);
            LongWork.GiveWay();
            return KernelThreads.Of(KernelThreads.Current, "se.slice");
        }));
    }

    // How often, of so many times, somebody who has more to do than a fair share was served before the next piece of work.
    static async Task<long> ServedInTimeAsync()
    {
        using AutoResetEvent asked = new(false);
        var (rounds, served, ended) = (0, 0, false);
        var other = OnOneProcessor(() =>
        {
            ShortTurns.Ask(ShortTurns.Shortest);
            while (true)
            {
                asked.WaitOne();
                if (Volatile.Read(ref ended))
                {
                    return 0;
                }
                Volatile.Write(ref served, Volatile.Read(ref rounds));
                Spin();
                Spin();
            }
        });
        try
        {
            return await OnOneProcessor(() =>
            {
                var inTime = 0;
                for (var round = 1; round <= Times; round++)
                {
                    Volatile.Write(ref rounds, round);
                    asked.Set();
                    Spin();
                    LongWork.GiveWay();
                    inTime += Volatile.Read(ref served) == round ? 1 : 0;
                }
                return inTime;
            });
        }
        finally
        {
            Volatile.Write(ref ended, true);
            asked.Set();
            await other;
        }
    }

    static void Spin()
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMicroseconds(60))
        {
        }
    }

    // A thread of its own: what it asks of the kernel is nobody else's.
    static Task<long> OnOneProcessor(Func<long> work)
    {
        TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                KernelThreads.StayOnOneProcessor();
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }).Start();
        return done.Task;
    }
}
