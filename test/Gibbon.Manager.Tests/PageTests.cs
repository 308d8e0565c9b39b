using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>Gateways with nothing, one and ten thousand of each kind, for all of the tests below.</summary>
public sealed class PopulatedGateways : IAsyncLifetime
{
    private readonly Dictionary<int, ManagedGateway> _gateways = [];

    public async Task<ManagedGateway> WithAsync(int count)
    {
        if (!_gateways.TryGetValue(count, out ManagedGateway? gateway))
        {
            gateway = count == 0 ? await ManagedGateway.StartAsync() : await ManagedGateway.DeclaredAsync(Population.Of(count));
            _gateways.Add(count, gateway);
        }

        return gateway;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (ManagedGateway gateway in _gateways.Values)
        {
            await gateway.DisposeAsync();
        }
    }
}

public sealed class PageTests(Chromium chromium, PopulatedGateways gateways) : IClassFixture<PopulatedGateways>
{
    private static readonly string[] Kinds =
    [
        "services", "routes", "consumers", "consumer_groups", "plugins", "upstreams", "certificates", "ca_certificates", "snis", "vaults", "keys", "key-sets",
    ];

    public static TheoryData<string> AllKinds => [.. Kinds];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task A_list_without_entities_says_so_and_offers_to_make_one(string kind)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(0)).Url);

        await screen.GoAsync($"/{kind}");

        await Assertions.Expect(screen.Page.Locator(".state h2")).ToContainTextAsync("yet");
        await Assertions.Expect(screen.Page.Locator(".state a.primary")).ToBeVisibleAsync();
        await screen.AssertAccessibleAsync(kind);
        screen.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task An_entity_is_in_its_list_and_has_a_page(string kind)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(1)).Url, scheme: ColorScheme.Dark);

        await screen.GoAsync($"/{kind}");

        await Assertions.Expect(screen.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await screen.AssertAccessibleAsync(kind);
        await screen.Page.Locator("tbody tr a").First.ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".tabs")).ToBeVisibleAsync();
        await screen.SettledAsync();
        await screen.AssertAccessibleAsync($"an entity of {kind}");
        screen.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Of_ten_thousand_a_page_is_shown_and_the_address_tells_which(string kind)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(10_000)).Url);

        await screen.GoAsync($"/{kind}");

        ILocator rows = screen.Page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(50);
        string first = await rows.First.InnerTextAsync();
        await screen.Link("Next").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".pager")).ToContainTextAsync("page 2");
        await Assertions.Expect(rows.First).Not.ToHaveTextAsync(first);
        string second = await rows.First.Locator("a").First.GetAttributeAsync("href") ?? "";
        await screen.Page.ReloadAsync();
        await Assertions.Expect(rows.First.Locator("a").First).ToHaveAttributeAsync("href", second);
        await screen.AssertAccessibleAsync(kind);
        screen.AssertQuiet();
    }

    public static TheoryData<string, int> AllForms => [.. Kinds.SelectMany(static kind => new (string, int)[] { (kind, 0), (kind, 10_000) })];

    [Theory]
    [MemberData(nameof(AllForms))]
    public async Task A_form_is_drawn_from_the_schema(string kind, int count)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(count)).Url);

        await screen.GoAsync(kind == "plugins" ? "/plugins/new?name=rate-limiting" : $"/{kind}/new");

        await Assertions.Expect(screen.Button("Create")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Field("Tags")).ToBeAttachedAsync();
        foreach (ILocator more in await screen.Page.Locator("details.more > summary").AllAsync())
        {
            await more.ClickAsync();
        }

        await screen.AssertAccessibleAsync($"the form of {kind}");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Every_plugin_has_a_form()
    {
        ManagedGateway gateway = await gateways.WithAsync(0);
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        using System.Text.Json.JsonDocument enabled = System.Text.Json.JsonDocument.Parse(await gateway.SendAsync("GET", "/plugins/enabled"));
        string[] names = [.. enabled.RootElement.GetProperty("enabled_plugins").EnumerateArray().Select(static name => name.GetString()!)];

        Assert.True(names.Length > 30, string.Join(' ', names));
        foreach (string name in names)
        {
            await screen.GoAsync($"/plugins/new?name={name}");
            await screen.HasHeadingAsync($"New {name} plugin");
            await Assertions.Expect(screen.Button("Create")).ToBeVisibleAsync();
        }

        screen.AssertQuiet();
    }

    [Fact]
    public async Task Plugins_are_seen_in_the_order_in_which_they_run()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        foreach (string name in new[] { "rate-limiting", "key-auth", "correlation-id", "file-log" })
        {
            string config = name switch { "rate-limiting" => "{\"minute\": 5}", "file-log" => "{\"path\": \"/dev/null\"}", _ => "{}" };
            await gateway.SendAsync("POST", "/plugins", $$"""{"name": "{{name}}", "config": {{config}}}""");
        }

        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins?sort=run");

        await Assertions.Expect(screen.Page.Locator("tbody tr")).ToHaveCountAsync(4);
        Assert.Equal(["correlation-id", "key-auth", "rate-limiting", "file-log"], await screen.Page.Locator("tbody tr td:first-child").AllInnerTextsAsync());
    }

    [Theory]
    [InlineData("/", 0)]
    [InlineData("/", 1)]
    [InlineData("/", 10_000)]
    [InlineData("/map", 0)]
    [InlineData("/map", 1)]
    [InlineData("/map", 10_000)]
    [InlineData("/plugins/choose", 0)]
    [InlineData("/data-planes", 0)]
    [InlineData("/import", 0)]
    [InlineData("/import", 1)]
    [InlineData("/changes", 0)]
    [InlineData("/changes", 1)]
    [InlineData("/explain", 0)]
    [InlineData("/explain", 1)]
    [InlineData("/explain", 10_000)]
    [InlineData("/traffic", 0)]
    [InlineData("/traffic", 1)]
    [InlineData("/traffic", 10_000)]
    [InlineData("/plugins/choose", 1)]
    [InlineData("/data-planes", 1)]
    [InlineData("/import", 10_000)]
    [InlineData("/changes", 10_000)]
    [InlineData("/nothing/here", 0)]
    public async Task Every_other_page_is_shown_too(string path, int count)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(count)).Url);

        await screen.GoAsync(path);

        await Assertions.Expect(screen.Page.Locator("h1, .state h2").First).ToBeVisibleAsync();
        await screen.AssertAccessibleAsync(path);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_route_among_ten_thousand_is_found_by_a_part_of_its_path()
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(10_000)).Url);
        await screen.GoAsync("/routes");

        await screen.Page.Keyboard.PressAsync("/");
        await screen.Page.Keyboard.TypeAsync("shop/9876");

        ILocator rows = screen.Page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await Assertions.Expect(rows).ToContainTextAsync("route-9876");
        Assert.Contains("q=shop", screen.Page.Url, StringComparison.Ordinal);
    }

    // How smooth it is depends on the machine: the figures are for whoever asks (bench/manager-smoothness.sh), the test is that everything is there.
    [Fact]
    public async Task Ten_thousand_routes_are_scrolled_and_searched()
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(10_000)).Url);
        await screen.GoAsync("/routes?size=1000");
        ILocator rows = screen.Page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(1000);

        double[] scrolling = await screen.Page.EvaluateAsync<double[]>(Smoothness.Scroll);
        Assert.True(await screen.Page.EvaluateAsync<bool>("Math.ceil(window.scrollY + window.innerHeight) >= document.documentElement.scrollHeight - 2"));
        await screen.Page.EvaluateAsync(Smoothness.Watch);
        await screen.Field("Search Routes").FocusAsync();
        await screen.Page.Keyboard.TypeAsync("route-9876");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await Assertions.Expect(rows).ToContainTextAsync("route-9876");
        double[] typing = await screen.Page.EvaluateAsync<double[]>("() => window.frames_.slice(1)");

        Assert.True(scrolling.Length >= Smoothness.Steps, $"{scrolling.Length} frames");
        Assert.NotEmpty(typing);
        await Smoothness.KeepAsync(scrolling, typing);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task The_map_of_a_thousand_services_and_more_shows_ten_and_finds_each()
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(10_000)).Url);
        await screen.GoAsync("/map");

        await Assertions.Expect(screen.Page.GetByText("10,000 services")).ToBeVisibleAsync();
        ILocator services = screen.Page.Locator(".map a[href*='/services/']");
        await Assertions.Expect(services).ToHaveCountAsync(10);
        await screen.Field("Search services and routes").FillAsync("service-7654");
        await Assertions.Expect(services).ToHaveCountAsync(1);
        await Assertions.Expect(services).ToContainTextAsync("service-7654");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/services")]
    [InlineData("/routes")]
    [InlineData("/import")]
    [InlineData("/traffic")]
    [InlineData("/explain")]
    public async Task On_a_phone_nothing_is_wider_than_the_screen(string path)
    {
        await using Screen screen = await chromium.OpenAsync((await gateways.WithAsync(1)).Url, width: 375, height: 720);

        await screen.GoAsync(path);

        Assert.True(await screen.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
        await screen.Button("Menu").ClickAsync();
        await screen.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(screen.Link("Consumers")).ToBeHiddenAsync();
        await Assertions.Expect(screen.Button("Menu")).ToBeFocusedAsync();
        await screen.Button("Menu").ClickAsync();
        await screen.Link("Consumers").ClickAsync();
        await screen.HasHeadingAsync("Consumers");
    }
}
