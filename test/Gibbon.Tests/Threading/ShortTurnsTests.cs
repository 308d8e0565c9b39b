using Gibbon.Proxy.Transports.Epoll;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Threading;

public sealed class ShortTurnsTests
{
    [Fact]
    public async Task Loops_have_short_turns_and_the_niceness_that_the_process_was_given()
    {
        Assert.SkipUnless(KernelThreads.TellTurns, "this kernel does not tell how long a thread's turns are");
        _ = EpollLoop.Next();
        await Wait.UntilAsync(static () => Loops().Count == Environment.ProcessorCount && Loops().All(static loop => KernelThreads.Of(loop, "se.slice") == 100_000));
        Assert.All(Loops(), static loop => Assert.Equal(KernelThreads.Of("/proc/self", "prio"), KernelThreads.Of(loop, "prio")));
    }

    // Loops never end; other threads may while they are looked at.
    static List<string> Loops() => [.. Directory.EnumerateDirectories("/proc/self/task").Where(static task => NameOf(task).StartsWith("sockets ", StringComparison.Ordinal))];

    static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
