using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Benchmarks.Crowd;

/// <summary>
/// Many data planes in one process that do nothing but take what they are told, so that it is the control plane that is measured. <c>hybrid.py</c> starts it and talks to it by lines:
/// it says <c>joined SECONDS BYTES</c> when all have everything; asked for the <c>next</c> change it says <c>ready</c>, and when all have taken one <c>taken FIRST MEDIAN LAST</c>, as
/// nanoseconds of the clock that does not go back.
/// </summary>
internal static class CrowdProgram
{
    private const int AtOnce = 64;

    /// <param name="arguments">The port, the certificate, its key, and how many.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(arguments[1], arguments[2]);
        CrowdPlane[] planes = [.. Enumerable.Range(0, int.Parse(arguments[3], CultureInfo.InvariantCulture)).Select(_ => new CrowdPlane(port, certificate))];
        long began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(planes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, static (plane, _) => plane.ConnectAsync()).ConfigureAwait(false);
        await Task.WhenAll(planes.Select(static plane => plane.Joined)).ConfigureAwait(false);
        Say(string.Create(CultureInfo.InvariantCulture, $"joined {Stopwatch.GetElapsedTime(began).TotalSeconds:0.000} {planes.Max(static plane => plane.Received)}"));
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) == "next")
        {
            Task<long>[] taking = [.. planes.Select(static plane => plane.NextAsync())];
            Say("ready");
            long[] taken = await Task.WhenAll(taking).ConfigureAwait(false);
            Array.Sort(taken);
            Say(string.Create(CultureInfo.InvariantCulture, $"taken {taken[0]} {taken[taken.Length / 2]} {taken[^1]}"));
        }

        return 0;
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
