using System.Net;
using Gibbon.Testing;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

public sealed class SafetyTests(Chromium chromium)
{
    [Fact]
    public async Task What_the_schema_refuses_stands_at_its_field()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");

        await screen.Field("Name").FillAsync("not a name");
        await screen.Field("Paths").FillAsync("no-slash");
        await screen.Button("Create").ClickAsync();

        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(screen.Page.Locator("[data-field=name] .error-text")).ToContainTextAsync("invalid value");
        await Assertions.Expect(screen.Page.Locator("[data-field=paths] .error-text")).ToContainTextAsync("should start with: /");
        Assert.Equal("true", await screen.Field("Name").GetAttributeAsync("aria-invalid"));
        await screen.AssertAccessibleAsync("a form with errors");
        await screen.PictureAsync("form-errors");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Errors_deep_in_a_plugins_configuration_stand_at_their_field()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=rate-limiting");

        await screen.Field("Minute").FillAsync("-5");
        await screen.Button("Create").ClickAsync();

        await Assertions.Expect(screen.Page.Locator("[data-field='config.minute'] .error-text")).ToContainTextAsync("greater than 0");
    }

    [Fact]
    public async Task A_hostile_name_is_text()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        const string hostile = "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>";
        await gateway.SendAsync("POST", "/consumers", System.Text.Json.JsonSerializer.Serialize(new { username = hostile }));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/consumers");

        await Assertions.Expect(screen.Page.Locator("tbody")).ToContainTextAsync(hostile);
        await screen.Link(hostile).ClickAsync();
        await screen.HasHeadingAsync(hostile);
        await screen.Button("Delete").ClickAsync();
        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(hostile);

        Assert.False(await screen.Page.EvaluateAsync<bool>("'hurt' in window"));
        screen.AssertQuiet();
    }

    [Fact]
    public async Task What_was_changed_elsewhere_is_not_overwritten_in_silence()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://a.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services/orders/edit");
        await screen.Field("Host").FillAsync("mine.test");

        await gateway.SendAsync("PATCH", "/services/orders", """{"host": "theirs.test"}""");
        await screen.Button("Save").ClickAsync();

        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Changed elsewhere since you opened it: Host");
        Assert.Contains("theirs.test", await gateway.SendAsync("GET", "/services/orders"), StringComparison.Ordinal);
        await screen.Button("Load what is there now").ClickAsync();
        await Assertions.Expect(screen.Field("Host")).ToHaveValueAsync("theirs.test");
        await screen.Field("Host").FillAsync("mine.test");
        await screen.Button("Save").ClickAsync();
        await screen.HasHeadingAsync("orders");
        Assert.Contains("mine.test", await gateway.SendAsync("GET", "/services/orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_elsewhere_while_it_is_being_saved_is_not_overwritten_neither()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://a.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services/orders/edit");
        await screen.Field("Host").FillAsync("mine.test");

        // The last moment there is: the change is on its way already.
        await screen.Page.RouteAsync("**/services/orders", async route =>
        {
            if (route.Request.Method == "PATCH")
            {
                await gateway.SendAsync("PATCH", "/services/orders", """{"host": "theirs.test"}""");
            }

            await route.ContinueAsync();
        });
        await screen.Button("Save").ClickAsync();

        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Changed elsewhere since you opened it: Host");
        Assert.Contains("theirs.test", await gateway.SendAsync("GET", "/services/orders"), StringComparison.Ordinal);
        await screen.Page.UnrouteAsync("**/services/orders");
        await screen.Button("Save mine over it").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save mine" }).ClickAsync();
        await screen.HasHeadingAsync("orders");
        Assert.Contains("mine.test", await gateway.SendAsync("GET", "/services/orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_gone_is_told_and_comes_back()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://a.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/");
        ILocator banner = screen.Page.GetByText("The gateway does not answer. Trying again");

        await gateway.StopAsync();
        await Assertions.Expect(banner).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await gateway.StartAsync();

        await Assertions.Expect(banner).ToBeHiddenAsync(new() { Timeout = 120_000 });
        await screen.Link("Services").First.ClickAsync();
        await Assertions.Expect(screen.Link("orders")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_was_typed_is_there_when_a_lost_gateway_has_come_back()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services/new");
        await screen.Field("Name").FillAsync("orders");
        await screen.Field("URL").FillAsync("http://orders.test");
        ILocator banner = screen.Page.GetByText("The gateway does not answer. Trying again");

        await gateway.StopAsync();
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(banner).ToBeVisibleAsync();
        await gateway.StartAsync();
        await Assertions.Expect(banner).ToBeHiddenAsync();

        await Assertions.Expect(screen.Field("URL")).ToHaveValueAsync("http://orders.test");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("orders");
    }

    [Fact]
    public async Task Who_deletes_all_of_a_later_page_is_led_to_the_first()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        foreach (string name in new[] { "anna", "ben" })
        {
            await gateway.SendAsync("POST", "/consumers", $$"""{"username": "{{name}}"}""");
        }

        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/consumers?size=1");
        await screen.Link("Next").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".pager")).ToContainTextAsync("page 2");

        await screen.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete ") }).ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Assertions.Expect(screen.Page.Locator(".state h2")).ToHaveTextAsync("Nothing on this page any more");
        await Assertions.Expect(screen.Page.Locator("h1")).ToBeFocusedAsync();
        await screen.Link("First page").ClickAsync();
        await Assertions.Expect(screen.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Who_has_the_token_signs_in_and_nobody_else()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync(("admin_token", "open-sesame"));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services");
        await screen.HasHeadingAsync("Sign in");
        await screen.AssertAccessibleAsync("sign-in");
        await screen.PictureAsync("sign-in");

        await screen.Field("Admin token").FillAsync("guessed");
        await screen.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this token");
        await screen.Field("Admin token").FillAsync("open-sesame");
        await screen.Page.Keyboard.PressAsync("Enter");
        await screen.HasHeadingAsync("Services");
        await screen.Button("Sign out").ClickAsync();
        await screen.HasHeadingAsync("Sign in");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Pages_of_other_sites_cannot_use_the_Admin_API()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using FakeUpstream other = FakeUpstream.Start();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);

        // Another site, as far as the browser is concerned: its name leads to this machine.
        await screen.Page.RouteAsync("http://evil.test/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Evil</h1>" }));
        await screen.Page.GotoAsync("http://evil.test/");
        string written = await screen.Page.EvaluateAsync<string>(
            "url => fetch(url, { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'name=evil&url=http://evil.test' }).then(() => 'sent', () => 'refused')",
            gateway.Admin.BaseAddress + "services");

        Assert.NotEmpty(written);
        Assert.DoesNotContain("evil", await gateway.SendAsync("GET", "/services"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_an_attacker_points_at_this_machine_is_not_served()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        using HttpClient client = new();
        using HttpRequestMessage page = new(HttpMethod.Get, gateway.Url) { Headers = { Host = "rebound.test" } };
        using HttpRequestMessage api = new(HttpMethod.Get, gateway.Admin.BaseAddress + "services") { Headers = { Host = "rebound.test" } };
        api.Headers.Add("Sec-Fetch-Site", "same-origin");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.SendAsync(page)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(api)).StatusCode);
    }
}
