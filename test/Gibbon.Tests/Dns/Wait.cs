namespace Gibbon.Tests.Dns;

internal static class Wait
{
    /// <summary>Waits until something holds; gives up after half a minute.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 3000 && !condition(); i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(condition(), "it did not come to that");
    }
}
