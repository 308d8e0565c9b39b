using System.Globalization;
using System.Text.RegularExpressions;
using Gibbon.Proxy.Transports.Epoll;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Proxy.Transports;

public sealed partial class ShortTurnsTests
{
    // Linux before this has no turns of a length that a thread may choose, and pays no heed to being asked.
    static readonly Version Since = new(6, 12);

    [Fact]
    public async Task Loops_have_short_turns_and_the_niceness_that_the_process_was_given()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.OSVersion.Version >= Since && File.Exists("/proc/self/sched"), "this kernel does not tell how long a thread's turns are");
        _ = EpollLoop.Next();
        await Wait.UntilAsync(static () => Loops().Count == Environment.ProcessorCount && Loops().All(static loop => Of(loop, "se.slice") == 100_000));
        Assert.All(Loops(), static loop => Assert.Equal(Of("/proc/self", "prio"), Of(loop, "prio")));
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

    static long Of(string task, string name) =>
        long.Parse(Line().Matches(File.ReadAllText(Path.Combine(task, "sched"))).Single(line => line.Groups["name"].Value == name).Groups["value"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<name>\S+)\s*:\s*(?<value>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
