using Gibbon.Proxy;

namespace Gibbon.Tests.Gateway;

public sealed class OccupancyTests
{
    [Fact]
    public async Task It_is_never_empty_while_somebody_is_in_and_always_when_all_have_left()
    {
        Occupancy occupancy = new();
        Assert.True(occupancy.IsEmpty);
        occupancy.Enter();
        using CancellationTokenSource done = new();
        Task[] guests = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                occupancy.Enter();
                await Task.Yield();
                occupancy.Leave();
            }
        }))];

        for (int look = 0; look < 20_000; look++)
        {
            Assert.False(occupancy.IsEmpty);
        }

        await done.CancelAsync();
        await Task.WhenAll(guests);
        Assert.False(occupancy.IsEmpty);
        occupancy.Leave();
        Assert.True(occupancy.IsEmpty);
    }
}
