using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>Lists in forms: what is wrong with an item stays with the item.</summary>
public sealed class RowTests(Chromium chromium)
{
    [Fact]
    public async Task An_error_goes_with_its_row_when_one_before_it_is_removed_and_ends_with_it()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=datadog");
        await SampleRate(screen, 0).Locator("input").FillAsync("0.5");
        await SampleRate(screen, 1).Locator("input").FillAsync("5");
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(SampleRate(screen, 1).Locator(".error-text")).ToContainTextAsync("between 0 and 1");
        ILocator told = screen.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link);
        await Assertions.Expect(told).ToHaveTextAsync("Config › Metrics › 2 › Sample rate");

        await screen.Button("Remove Metrics 1").ClickAsync();

        await Assertions.Expect(SampleRate(screen, 0).Locator("input")).ToHaveValueAsync("5");
        await Assertions.Expect(SampleRate(screen, 0).Locator(".error-text")).ToContainTextAsync("between 0 and 1");
        await Assertions.Expect(screen.Page.Locator(".error-text")).ToHaveCountAsync(1);
        await Assertions.Expect(told).ToHaveTextAsync("Config › Metrics › 1 › Sample rate");
        await told.ClickAsync();
        await Assertions.Expect(SampleRate(screen, 0).Locator("input")).ToBeFocusedAsync();

        await screen.Button("Remove Metrics 1").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".error-text")).ToHaveCountAsync(0);
        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("datadog");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task What_is_wrong_with_a_word_of_a_list_is_not_said_of_the_one_behind_it()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");
        foreach (string path in new[] { "wrong", "/right", "bad" })
        {
            await screen.Field("Paths").FillAsync(path);
            await screen.Field("Paths").PressAsync("Enter");
        }

        await screen.Button("Create").ClickAsync();
        ILocator error = screen.Page.Locator("[data-field=paths] .error-text");
        await Assertions.Expect(error).ToContainTextAsync("wrong: should start with: /");
        await screen.Button("Remove wrong").ClickAsync();

        await Assertions.Expect(error).ToContainTextAsync("bad: should start with: /");
        await Assertions.Expect(error).Not.ToContainTextAsync("wrong");
        await screen.Button("Remove bad").ClickAsync();
        await Assertions.Expect(error).ToHaveCountAsync(0);
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".tabs")).ToBeVisibleAsync();
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_function_in_Lua_keeps_its_lines()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=pre-function");

        await screen.Button("Add to Access").ClickAsync();
        await Assertions.Expect(screen.Field("Access 1")).ToBeFocusedAsync();
        await screen.Page.Keyboard.TypeAsync("-- a comment\nlocal x = 1");
        await screen.Button("Create").ClickAsync();

        await screen.HasHeadingAsync("pre-function");
        Assert.Contains("-- a comment\\nlocal x = 1", await gateway.SendAsync("GET", "/plugins"), StringComparison.Ordinal);
        screen.AssertQuiet();
    }

    private static ILocator SampleRate(Screen screen, int row) => screen.Page.Locator($"[data-field='config.metrics.{row}.sample_rate']");
}
