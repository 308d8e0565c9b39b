using System.Net;
using Gibbon.Testing;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

public sealed class JourneyTests(Chromium chromium)
{
    [Fact]
    public async Task A_service_a_route_a_consumer_with_a_key_and_a_rate_limit_are_made_by_mouse_and_keyboard_and_traffic_obeys()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        IPage page = screen.Page;
        await screen.GoAsync("/");
        await screen.PictureAsync("overview-empty");

        // A service, by keyboard once its list is there.
        await screen.Link("Services").ClickAsync();
        await screen.HasHeadingAsync("Services");
        await screen.SettledAsync();
        await page.Keyboard.PressAsync("n");
        await screen.HasHeadingAsync("New service");
        await screen.Field("Name").FocusAsync();
        await page.Keyboard.TypeAsync("orders");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(upstream.Url.ToString());
        await page.Keyboard.PressAsync("Control+Enter");
        await screen.HasHeadingAsync("orders");

        // A route of it.
        await screen.Link("Routes").Last.ClickAsync();
        await screen.Link("New route").ClickAsync();
        await screen.HasHeadingAsync("New route");
        await screen.Field("Name").FillAsync("orders-route");
        await screen.Field("Paths").FillAsync("/orders");
        await page.Keyboard.PressAsync("Enter");
        await screen.PictureAsync("route-form");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("orders");
        await screen.Link("orders-route").ClickAsync();
        await screen.HasHeadingAsync("orders-route");
        await EventuallyAsync(gateway, "/orders", null, HttpStatusCode.OK);

        // Who may call it, and how often.
        await AddPluginAsync(screen, "key-auth", null);
        await AddPluginAsync(screen, "rate-limiting", "3");

        // Somebody with a key.
        await page.Keyboard.PressAsync("o");
        await screen.Link("Consumers").First.ClickAsync();
        await screen.Link("New consumer").First.ClickAsync();
        await screen.Field("Username").FillAsync("anna");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("anna");
        await screen.Link("Credentials").ClickAsync();
        await screen.Link("New API key").ClickAsync();
        await screen.Field("Key").FillAsync("annas-key");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("anna");
        await Assertions.Expect(page.GetByText("••••••••••••").First).ToBeVisibleAsync();
        await screen.PictureAsync("consumer-credentials");

        await EventuallyAsync(gateway, "/orders", null, HttpStatusCode.Unauthorized);
        await EventuallyAsync(gateway, "/orders", "annas-key", HttpStatusCode.OK);
        HttpStatusCode[] answers = new HttpStatusCode[8];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = await StatusAsync(gateway, "/orders", "annas-key");
        }

        // A minute may end on the way: then the limit is met once more.
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.DoesNotContain(HttpStatusCode.Unauthorized, answers);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_plugin_is_turned_off_edited_and_deleted_after_a_question()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/plugins", """{"name": "request-termination", "config": {"status_code": 503}}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins");
        await screen.Link("request-termination").ClickAsync();
        await screen.HasHeadingAsync("request-termination");

        await screen.Button("Disable").ClickAsync();
        await Assertions.Expect(screen.Button("Enable")).ToBeVisibleAsync();
        await screen.Link("Edit").ClickAsync();
        await screen.Field("Status code").FillAsync("418");
        await screen.Button("Save").ClickAsync();
        await screen.HasHeadingAsync("request-termination");
        string stored = await gateway.SendAsync("GET", "/plugins");
        Assert.Contains("\"enabled\":false", stored, StringComparison.Ordinal);
        Assert.Contains("\"status_code\":418", stored, StringComparison.Ordinal);

        await screen.Button("Delete").ClickAsync();
        await screen.Page.Keyboard.PressAsync("Escape");
        Assert.Contains("request-termination", await gateway.SendAsync("GET", "/plugins"), StringComparison.Ordinal);
        await screen.Button("Delete").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await screen.HasHeadingAsync("Plugins");
        Assert.DoesNotContain("request-termination", await gateway.SendAsync("GET", "/plugins"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_are_added_and_their_health_is_seen_and_set()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/upstreams", """{"name": "pool", "healthchecks": {"passive": {"unhealthy": {"http_failures": 1}}, "active": {"type": "tcp", "healthy": {"interval": 1, "successes": 1}}}}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/upstreams");
        await screen.Link("pool").ClickAsync();
        await screen.Link("Targets and health").ClickAsync();
        await screen.Link("New target").ClickAsync();
        await screen.Field("Target").FillAsync(new Uri(upstream.Url.ToString()).Authority);
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("Healthy", new() { Exact = true })).ToBeVisibleAsync();

        await screen.Button("Take out").ClickAsync();
        await screen.Button("Why").ClickAsync();

        await Assertions.Expect(screen.Page.Locator("ol.nested li").First).ToBeVisibleAsync();
        await screen.AssertAccessibleAsync("targets");
        await screen.PictureAsync("upstream-targets");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task On_a_phone_in_the_dark_a_service_is_made_changed_and_deleted_by_keys_alone()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url, width: 375, height: 720, scheme: ColorScheme.Dark);
        IKeyboard keys = screen.Page.Keyboard;
        await screen.GoAsync("/");

        await ReachAsync(screen, screen.Button("Menu"));
        await keys.PressAsync("Enter");
        await ReachAsync(screen, screen.Link("Services").First);
        await keys.PressAsync("Enter");
        await screen.HasHeadingAsync("Services");
        await Assertions.Expect(screen.Page.Locator("h1")).ToBeFocusedAsync();
        await screen.SettledAsync();
        await keys.PressAsync("n");
        await screen.HasHeadingAsync("New service");
        await ReachAsync(screen, screen.Field("Name"));
        await keys.TypeAsync("orders");
        await ReachAsync(screen, screen.Field("URL"));
        await keys.TypeAsync("http://orders.test");
        await keys.PressAsync("Control+Enter");
        await screen.HasHeadingAsync("orders");

        await ReachAsync(screen, screen.Link("Edit"));
        await keys.PressAsync("Enter");
        await screen.HasHeadingAsync("Edit orders");
        await ReachAsync(screen, screen.Page.Locator("summary"));
        await keys.PressAsync("Enter");
        await ReachAsync(screen, screen.Field("Retries"));
        await keys.PressAsync("Control+A");
        await keys.TypeAsync("3");
        await keys.PressAsync("Control+Enter");
        await screen.HasHeadingAsync("orders");
        Assert.Contains("\"retries\":3", await gateway.SendAsync("GET", "/services/orders"), StringComparison.Ordinal);

        await ReachAsync(screen, screen.Button("Delete"));
        await keys.PressAsync("Enter");
        ILocator dialog = screen.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await ReachAsync(screen, dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }));
        await keys.PressAsync("Enter");
        await screen.HasHeadingAsync("Services");
        await Assertions.Expect(screen.Page.Locator(".state h2")).ToHaveTextAsync("No services yet");
        screen.AssertQuiet();
    }

    // With the tabulator, as somebody without a mouse does.
    private static async Task ReachAsync(Screen screen, ILocator wanted)
    {
        await Assertions.Expect(wanted).ToBeVisibleAsync();
        for (int press = 0; press < 100; press++)
        {
            await screen.Page.Keyboard.PressAsync("Tab");
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"the tabulator does not lead to {wanted}");
    }

    private static async Task AddPluginAsync(Screen screen, string name, string? minute)
    {
        await screen.Link("Plugins").Last.ClickAsync();
        await screen.Link("New plugin").First.ClickAsync();
        await screen.HasHeadingAsync("Choose a plugin");
        await screen.PictureAsync("plugin-choice");
        await screen.Field("Search plugins").FillAsync(name);
        await screen.Page.Locator("a.tile").First.ClickAsync();
        await screen.HasHeadingAsync($"New {name} plugin");
        if (minute is not null)
        {
            await screen.Field("Minute").FillAsync(minute);
            await screen.PictureAsync("plugin-form");
        }

        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("orders-route");
        await Assertions.Expect(screen.Link(name)).ToBeVisibleAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(ManagedGateway gateway, string path, string? key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (key is not null)
        {
            request.Headers.Add("apikey", key);
        }

        using HttpResponseMessage response = await gateway.Proxy.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task EventuallyAsync(ManagedGateway gateway, string path, string? key, HttpStatusCode wanted)
    {
        HttpStatusCode status = default;
        for (int attempt = 0; attempt < 300 && status != wanted; attempt++)
        {
            status = await StatusAsync(gateway, path, key);
            if (status != wanted)
            {
                await Task.Delay(200);
            }
        }

        Assert.Equal(wanted, status);
    }
}
