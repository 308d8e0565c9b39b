using System.Globalization;
using System.Text.Json;
using Gibbon.Testing;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>What goes through the gateway, as one sees it: live, in figures, on the map, and explained.</summary>
public sealed class TrafficTests(Chromium chromium)
{
    [Fact]
    public async Task Requests_appear_as_they_come_once_recording_is_on_and_are_filtered_and_looked_into()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ShopAsync(upstream);
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/traffic");
        await gateway.Proxy.GetAsync("/orders/unseen");
        await screen.Button("Record requests").ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("Recording", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Contains("\"enabled\":true", await gateway.SendAsync("GET", "/traffic/recording"), StringComparison.Ordinal);

        await gateway.Proxy.GetAsync("/orders/1?apikey=annas-key");
        await gateway.Proxy.GetAsync("/orders/2?color=<b>red");
        using HttpRequestMessage hostile = new(HttpMethod.Get, "/nowhere?<script>window.hurt=1</script>");
        hostile.Headers.TryAddWithoutValidation("User-Agent", "<img src=x onerror=window.hurt=1>");
        await gateway.Proxy.SendAsync(hostile);

        ILocator table = screen.Page.Locator("tbody");
        await Assertions.Expect(table.Locator("tr")).ToHaveCountAsync(3);
        await Assertions.Expect(table).ToContainTextAsync("/orders/1?apikey=REDACTED");
        await Assertions.Expect(table).Not.ToContainTextAsync("unseen");
        await screen.AssertAccessibleAsync("live traffic");
        await table.Locator("button[aria-expanded]").First.ClickAsync();
        await Assertions.Expect(table).ToContainTextAsync("<img src=x onerror=window.hurt=1>");
        Assert.False(await screen.Page.EvaluateAsync<bool>("'hurt' in window"));
        await table.Locator("button[aria-expanded]").First.ClickAsync();

        await screen.Page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("4xx");
        await Assertions.Expect(table.Locator("tr")).ToHaveCountAsync(2);
        Assert.Contains("status=4xx", screen.Page.Url, StringComparison.Ordinal);
        await screen.Page.ReloadAsync();
        await Assertions.Expect(table.Locator("tr")).ToHaveCountAsync(2);
        await screen.Page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("");
        await screen.Button("Only consumer anna").ClickAsync();
        await Assertions.Expect(table.Locator("tr")).ToHaveCountAsync(1);

        await table.Locator("button[aria-expanded]").First.ClickAsync();
        await Assertions.Expect(table).ToContainTextAsync("Answered by");
        await Assertions.Expect(table.GetByLabel("Plugins")).ToContainTextAsync("key-auth");
        await Assertions.Expect(table.GetByLabel("Times")).ToContainTextAsync("access");
        await screen.AssertAccessibleAsync("a recorded request");
        await screen.PictureAsync("traffic");
        await screen.Link("Why? Explain such a request").ClickAsync();
        await screen.HasHeadingAsync("Explain");
        await Assertions.Expect(screen.Field("Consumer")).ToHaveValueAsync("anna");

        await screen.GoAsync("/traffic");
        await screen.Button("Stop recording").ClickAsync();
        await Assertions.Expect(screen.Button("Start recording")).ToBeVisibleAsync();
        await screen.Button("Forget").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Forget" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("No requests recorded yet")).ToBeVisibleAsync();
        screen.AssertQuiet();
    }

    [Fact]
    public async Task The_overview_tells_rate_errors_latency_and_health_at_a_glance()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ShopAsync(upstream);
        await gateway.SendAsync("POST", "/services", """{"name": "broken", "url": "http://127.0.0.1:1", "retries": 0}""");
        await gateway.SendAsync("POST", "/services/broken/routes", """{"name": "broken", "paths": ["/broken"]}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/");
        ILocator glance = screen.Page.Locator(".glance");

        // As long as it takes until the figures of ten seconds have some of these.
        await EventuallyAsync(
            async () =>
            {
                await gateway.Proxy.GetAsync("/orders/1?apikey=annas-key");
                await gateway.Proxy.GetAsync("/broken");
            },
            async () => System.Text.RegularExpressions.Regex.IsMatch(await Figure(glance, "Errors (5xx)"), "^[1-9][0-9.]* %$")
                && (await Figure(glance, "Half take at most")).EndsWith('s') && (await Figure(glance, "Of that the gateway")).EndsWith('s'));

        Assert.EndsWith("/s", await Figure(glance, "Requests"), StringComparison.Ordinal);
        Assert.Equal("All well", await Figure(glance, "Health"));
        await screen.AssertAccessibleAsync("the overview with traffic");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task The_map_tells_how_much_goes_where()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ShopAsync(upstream);
        await gateway.SendAsync("POST", "/services", """{"name": "aaa-idle", "url": "http://idle.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/map");
        await screen.Button("Show traffic").ClickAsync();

        ILocator rates = screen.Page.Locator(".map text.rate");
        await EventuallyAsync(async () => await gateway.Proxy.GetAsync("/orders/1?apikey=annas-key"), async () => await rates.CountAsync() == 4);

        Assert.All(await rates.AllTextContentsAsync(), static text => Assert.EndsWith("/s", text, StringComparison.Ordinal));
        await screen.Button("Busiest first").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".map a[href*='/services/']").First).ToContainTextAsync("orders");
        Assert.Contains("sort=busy", screen.Page.Url, StringComparison.Ordinal);
        await screen.AssertAccessibleAsync("the map with traffic");
        await screen.PictureAsync("map-traffic");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_request_that_asked_with_the_token_is_explained_afterwards()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ShopAsync(upstream, ("request_debug_token", "t0ken"));
        using HttpRequestMessage request = new(HttpMethod.Get, "/orders/1");
        request.Headers.Add("X-Kong-Request-Debug", "explain");
        request.Headers.Add("X-Kong-Request-Debug-Token", "t0ken");
        using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request);
        string id = answer.Headers.GetValues("X-Kong-Request-Id").Single();
        await EventuallyAsync(static () => Task.CompletedTask, async () => (await gateway.Admin.GetAsync($"/explain/{id}")).IsSuccessStatusCode);
        await using Screen screen = await chromium.OpenAsync(gateway.Url);

        await screen.GoAsync($"/explain?id={id}");

        await Assertions.Expect(screen.Page.GetByText("What happened: 401")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Page.GetByLabel("The answer")).ToContainTextAsync("the plugin key-auth");
        await screen.AssertAccessibleAsync("an explained request");
        await screen.PictureAsync("explain-live");
        screen.AssertQuiet();
    }

    private static async Task<ManagedGateway> ShopAsync(FakeUpstream upstream, params (string Name, string Value)[] settings)
    {
        ManagedGateway gateway = await ManagedGateway.StartAsync(settings);
        await gateway.SendAsync("POST", "/upstreams", """{"name": "pool"}""");
        await gateway.SendAsync("POST", "/upstreams/pool/targets", JsonSerializer.Serialize(new { target = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{upstream.Port}") }));
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://pool/"}""");
        await gateway.SendAsync("POST", "/services/orders/routes", """{"name": "orders", "paths": ["/orders"]}""");
        await gateway.SendAsync("POST", "/services/orders/plugins", """{"name": "key-auth"}""");
        await gateway.SendAsync("POST", "/consumers", """{"username": "anna"}""");
        await gateway.SendAsync("POST", "/consumers/anna/key-auth", """{"key": "annas-key"}""");
        await EventuallyAsync(
            static () => Task.CompletedTask, async () => (await gateway.Proxy.GetAsync("/orders/0?apikey=annas-key")).IsSuccessStatusCode);
        return gateway;
    }

    private static async Task<string> Figure(ILocator glance, string name) =>
        (await glance.Locator("div", new() { Has = glance.Page.GetByText(name, new() { Exact = true }) }).Locator("dd").InnerTextAsync()).Trim();

    private static async Task EventuallyAsync(Func<Task> poke, Func<Task<bool>> holds)
    {
        for (int attempt = 0; attempt < 400; attempt++)
        {
            await poke();
            if (await holds())
            {
                return;
            }

            await Task.Delay(300);
        }

        Assert.Fail("it did not come to be");
    }
}
