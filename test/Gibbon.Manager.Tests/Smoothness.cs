using System.Text.Json;

namespace Gibbon.Manager.Tests;

/// <summary>Measures how long the browser takes from frame to frame while somebody scrolls and types.</summary>
internal static class Smoothness
{
    public const int Steps = 200;

    /// <summary>Goes down the page in steps of one frame each; gives the milliseconds between frames.</summary>
    public const string Scroll =
        """
        () => new Promise((done) => {
          const frames = []; let last = performance.now(); let step = 0;
          const height = document.documentElement.scrollHeight - window.innerHeight;
          const go = (now) => {
            frames.push(now - last); last = now;
            window.scrollTo(0, height * Math.min(1, ++step / 200));
            step <= 201 ? requestAnimationFrame(go) : done(frames.slice(1));
          };
          requestAnimationFrame(go);
        })
        """;

    /// <summary>Notes the milliseconds between frames from now on, in <c>window.frames_</c>.</summary>
    public const string Watch =
        """
        () => {
          window.frames_ = []; let last = performance.now();
          const note = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(note); };
          requestAnimationFrame(note);
        }
        """;

    /// <summary>Writes the figures to the file that <c>GIBBON_SMOOTHNESS</c> names; without it nothing.</summary>
    public static async Task KeepAsync(double[] scrolling, double[] typing)
    {
        if (Environment.GetEnvironmentVariable("GIBBON_SMOOTHNESS") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { scrolling = Figures(scrolling), typing = Figures(typing) }) + "\n");
        }
    }

    private static object Figures(double[] frames)
    {
        double[] sorted = [.. frames.Order()];
        return new
        {
            frames = sorted.Length,
            median_ms = Math.Round(sorted[sorted.Length / 2], 1),
            p95_ms = Math.Round(sorted[sorted.Length * 95 / 100], 1),
            longest_ms = Math.Round(sorted[^1], 1),
            over_50_ms = sorted.Count(static frame => frame > 50),
        };
    }
}
