using System.Text.Json;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>Lists that are longer than what is read, or drawn, at once.</summary>
public sealed class LongListTests(Chromium chromium)
{
    [Fact]
    public async Task The_health_of_every_target_is_known_however_many_there_are()
    {
        const int count = 1003;
        await using ManagedGateway gateway = await ManagedGateway.DeclaredAsync(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["_format_version"] = "3.0",
            ["upstreams"] = new[] { new { name = "many", targets = Enumerable.Range(1, count).Select(static n => new { target = $"127.0.0.1:{n}" }) } },
        }));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/upstreams/many?tab=targets");
        ILocator health = screen.Page.Locator("td[data-label=Health] .badge");
        await Assertions.Expect(health).ToHaveCountAsync(1000);

        await screen.Button("Show more").ClickAsync();

        await Assertions.Expect(health).ToHaveCountAsync(count);
        await Assertions.Expect(health.GetByText("Not checked", new() { Exact = true })).ToHaveCountAsync(count);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Credentials_are_read_page_by_page_and_a_kind_that_the_gateway_does_not_know_is_left_out()
    {
        const int count = 101;
        await using ManagedGateway gateway = await ManagedGateway.StartAsync(("plugins", "key-auth"));
        await gateway.SendAsync("POST", "/consumers", """{"username": "anna"}""");
        for (int number = 1; number <= count; number++)
        {
            await gateway.SendAsync("POST", "/consumers/anna/key-auth", $$"""{"key": "key-{{number}}"}""");
        }

        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/consumers/anna?tab=credentials");
        ILocator keys = screen.Page.GetByRole(AriaRole.Region, new() { Name = "API keys" });
        ILocator shown = keys.GetByRole(AriaRole.Button, new() { Name = "Show Key" });
        await Assertions.Expect(shown).ToHaveCountAsync(100);
        await keys.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();

        await Assertions.Expect(shown).ToHaveCountAsync(count);
        await Assertions.Expect(keys.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToHaveCountAsync(0);
        await Assertions.Expect(screen.Page.Locator("#content section.card")).ToHaveCountAsync(1);
        await Assertions.Expect(screen.Page.Locator(".toast")).ToHaveCountAsync(0);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_link_of_a_list_is_followed_without_loading_the_page_anew_and_with_Ctrl_in_a_tab_of_its_own()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://a.test", "tags": ["shop"]}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services");
        await screen.Page.EvaluateAsync("() => { window.same_ = true; }");

        IPage tab = await screen.Page.Context.RunAndWaitForPageAsync(() => screen.Link("orders").ClickAsync(new() { Modifiers = [KeyboardModifier.Control] }));
        await Assertions.Expect(tab.Locator("h1")).ToHaveTextAsync("orders");
        await screen.HasHeadingAsync("Services");
        await screen.Link("Edit orders").FocusAsync();
        await screen.Page.Keyboard.PressAsync("Enter");

        await screen.HasHeadingAsync("Edit orders");
        Assert.True(await screen.Page.EvaluateAsync<bool>("() => window.same_ === true"));
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Of_a_thousand_rows_the_last_is_reached_by_the_keyboard()
    {
        await using ManagedGateway gateway = await ManagedGateway.DeclaredAsync(Population.Of(1000));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/consumers?size=1000");
        ILocator links = screen.Page.Locator("tbody tr td:first-child a");
        await Assertions.Expect(links).ToHaveCountAsync(1000);
        // What is out of sight is not laid out, so it has a text but no "inner" one.
        string last = await links.Last.TextContentAsync() ?? "";

        await links.Last.FocusAsync();
        await Assertions.Expect(links.Last).ToBeInViewportAsync();
        await screen.Page.Keyboard.PressAsync("Enter");

        await screen.HasHeadingAsync(last);
        screen.AssertQuiet();
    }
}
