using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>A page of the manager in a browser, and what must never happen on one.</summary>
public sealed class Screen : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    public Screen(IBrowserContext context, IPage page, string url)
    {
        _context = context;
        Page = page;
        string machine = new Uri(url).Host;
        page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out Uri? asked) && asked.Scheme is "http" or "https" or "ws" or "wss" && asked.Host != machine)
            {
                _faults.Enqueue($"a request to {request.Url}");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue($"an error in the page: {error}");
        page.Console += (_, message) =>
        {
            // What the Admin API refuses, browsers write down as an error of the page; the tests look at what the page makes of it.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _faults.Enqueue($"on the console: {message.Text}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Goes to an address and waits until everything that loads has come.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await SettledAsync();
    }

    public async Task SettledAsync()
    {
        await Assertions.Expect(Page.Locator("h1, .state h2").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(Page.Locator("[role=status][aria-label=Loading]")).ToHaveCountAsync(0, new() { Timeout = 120_000 });
    }

    /// <summary>Shows the heading of a page, which tells that one has got there.</summary>
    public Task HasHeadingAsync(string text) => Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(text, new() { Timeout = 120_000 });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    /// <summary>Nothing was asked of other hosts, and nothing went wrong in scripts.</summary>
    public void AssertQuiet() => Assert.Empty(_faults);

    /// <summary>What axe finds that keeps people out.</summary>
    public async Task AssertAccessibleAsync(string where)
    {
        await Page.EvaluateAsync(await AxeSource.Value);
        string[] found = await Page.EvaluateAsync<string[]>(
            """
            () => axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations
              .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
              .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`)))
            """);
        Assert.True(found.Length == 0, $"{where}:\n{string.Join('\n', found)}");
    }

    /// <summary>Keeps a picture for the documentation, when <c>GIBBON_SCREENSHOTS</c> asks for it.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("GIBBON_SCREENSHOTS") is { Length: > 0 })
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(Tree.Root, "docs", "manager", name + ".png") });
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static readonly Lazy<Task<string>> AxeSource = new(() => File.ReadAllTextAsync(Path.Combine(Tree.Root, "manager", "node_modules", "axe-core", "axe.min.js")));
}
