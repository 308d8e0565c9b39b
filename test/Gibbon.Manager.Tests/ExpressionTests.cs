using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>The editor of a route's expression.</summary>
public sealed class ExpressionTests(Chromium chromium)
{
    [Fact]
    public async Task An_expression_is_completed_coloured_and_judged_while_it_is_typed()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync(("router_flavor", "expressions"));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");
        ILocator field = screen.Field("Expression");
        await screen.Field("Name").FillAsync("shop");
        await field.FocusAsync();

        await screen.Page.Keyboard.TypeAsync("http.pa");
        await Assertions.Expect(screen.Page.Locator(".offers li")).ToHaveCountAsync(2);
        await screen.AssertAccessibleAsync("the offers of the editor");
        await screen.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(field).ToHaveValueAsync("http.path ");
        await screen.Page.Keyboard.TypeAsync("^");
        await screen.Page.Keyboard.PressAsync("Backspace");
        await screen.Page.Locator(".offers li", new() { HasText = "begins with" }).ClickAsync();
        await screen.Page.Keyboard.TypeAsync("\"/shop\"");
        await Assertions.Expect(field).ToHaveValueAsync("http.path ^= \"/shop\"");
        await Assertions.Expect(screen.Page.GetByText("The gateway understands it")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Page.Locator(".is-field")).ToHaveTextAsync("http.path");
        await Assertions.Expect(screen.Page.Locator(".is-string")).ToHaveTextAsync("\"/shop\"");
        await screen.PictureAsync("expression");

        await screen.Page.Keyboard.TypeAsync(" && http.nothing == 1");
        await Assertions.Expect(screen.Page.Locator(".verdict.bad")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Page.Locator(".is-bad")).ToHaveTextAsync("http.nothing");
        await screen.AssertAccessibleAsync("a wrong expression");
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(screen.Page.Locator("[data-field=expression] .error-text")).ToBeVisibleAsync();

        await field.FillAsync("http.path ^= \"/shop\" && lower(http.headers.x_kind) == \"a\"");
        await Assertions.Expect(screen.Page.GetByText("The gateway understands it")).ToBeVisibleAsync();
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("shop");
        Assert.Contains("lower(http.headers.x_kind)", await gateway.SendAsync("GET", "/routes/shop"), StringComparison.Ordinal);
        screen.AssertQuiet();
    }
}
