namespace Gibbon.Lua.Tests;

/// <summary>Waits for what comes when it comes.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < end, "what was waited for did not come");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
