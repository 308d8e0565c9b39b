using System.Text.Json;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>Whoever looks over a shoulder reads no secrets.</summary>
public sealed class SecretTests(Chromium chromium)
{
    [Fact]
    public async Task A_secret_of_a_plugin_is_hidden_in_its_form_and_shown_by_a_button_that_keys_reach()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        string id = Id(await gateway.SendAsync("POST", "/plugins", """{"name": "session", "config": {"secret": "hush-hush"}}"""));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync($"/plugins/{id}/edit");
        ILocator secret = screen.Field("Secret");

        await Assertions.Expect(secret).ToHaveAttributeAsync("type", "password");
        await secret.FocusAsync();
        await screen.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(screen.Button("Show Secret")).ToBeFocusedAsync();
        await screen.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(secret).ToHaveAttributeAsync("type", "text");
        await Assertions.Expect(secret).ToHaveValueAsync("hush-hush");
        await Assertions.Expect(screen.Button("Hide Secret")).ToBeFocusedAsync();
        await screen.AssertAccessibleAsync("a form with a secret that is shown");
        await screen.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(secret).ToHaveAttributeAsync("type", "password");
        await secret.FillAsync("hush-hush-hush");
        await screen.Button("Save").ClickAsync();
        await screen.HasHeadingAsync("session");
        Assert.Contains("hush-hush-hush", await gateway.SendAsync("GET", $"/plugins/{id}"), StringComparison.Ordinal);
        await Assertions.Expect(screen.Page.Locator("#content")).Not.ToContainTextAsync("hush-hush");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task What_points_into_a_vault_is_readable()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=session");

        await screen.Field("Secret").FillAsync("{vault://env/session-secret}");

        await Assertions.Expect(screen.Field("Secret")).ToHaveAttributeAsync("type", "text");
    }

    [Fact]
    public async Task A_key_that_is_being_written_is_hidden_and_is_gone_from_the_page_when_it_is_left()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/certificates/new");
        ILocator key = screen.Field("Key");
        await key.FillAsync("-----BEGIN PRIVATE KEY-----\nhush");

        await Assertions.Expect(key).ToHaveCSSAsync("-webkit-text-security", "disc");
        await screen.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(screen.Button("Show Key")).ToBeFocusedAsync();
        await Assertions.Expect(key).ToHaveValueAsync("");
        await screen.AssertAccessibleAsync("a form with a key that is hidden");
        await screen.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(key).ToHaveValueAsync("-----BEGIN PRIVATE KEY-----\nhush");
        await Assertions.Expect(key).ToHaveCSSAsync("-webkit-text-security", "none");
    }

    [Fact]
    public async Task The_key_of_a_certificate_is_on_the_page_only_when_somebody_asks_for_it_and_can_be_replaced_unseen()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        (string certificate, string key) = Population.Pair();
        (string otherCertificate, string otherKey) = Population.Pair();
        string id = Id(await gateway.SendAsync("POST", "/certificates", JsonSerializer.Serialize(new { cert = certificate, key })));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync($"/certificates/{id}/edit");
        ILocator field = screen.Field("Key");

        await Assertions.Expect(field).ToHaveValueAsync("");
        await Assertions.Expect(field).Not.ToBeEditableAsync();
        await Assertions.Expect(field).ToHaveAttributeAsync("placeholder", "There is a value, which is hidden");
        Assert.DoesNotContain("PRIVATE KEY", await screen.Page.ContentAsync(), StringComparison.Ordinal);
        await screen.Button("Show Key").ClickAsync();
        await Assertions.Expect(field).ToHaveValueAsync(key);
        await screen.Button("Hide Key").ClickAsync();
        await Assertions.Expect(field).ToHaveValueAsync("");

        // Whoever thinks better of it keeps what was there.
        await screen.Button("Replace Key").ClickAsync();
        await Assertions.Expect(field).ToBeFocusedAsync();
        await Assertions.Expect(field).ToHaveValueAsync("");
        await screen.Page.Keyboard.PressAsync("Tab");
        await screen.Field("Cert").FillAsync(otherCertificate);
        await screen.Button("Save").ClickAsync();
        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("certificate does not match key");

        await screen.Button("Replace Key").ClickAsync();
        await field.FillAsync(otherKey);
        await screen.Button("Save").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".tabs")).ToBeVisibleAsync();
        using JsonDocument saved = JsonDocument.Parse(await gateway.SendAsync("GET", $"/certificates/{id}"));
        Assert.Equal(otherKey.Trim(), saved.RootElement.GetProperty("key").GetString()!.Trim());
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_header_with_a_credential_is_hidden_as_soon_as_it_has_its_name()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=http-log");
        await screen.Field("HTTP endpoint").FillAsync("http://log.test");
        await screen.Button("Add to Headers").ClickAsync();

        await screen.Page.Keyboard.TypeAsync("X-Api-Key");
        await screen.Page.Keyboard.PressAsync("Tab");
        await screen.Page.Keyboard.TypeAsync("hush-hush");

        ILocator value = screen.Field("Headers: value 1");
        await Assertions.Expect(value).ToBeFocusedAsync();
        await Assertions.Expect(value).ToHaveValueAsync("hush-hush");
        await Assertions.Expect(value).ToHaveAttributeAsync("type", "password");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("http-log");
        Assert.Contains("\"X-Api-Key\":\"hush-hush\"", await gateway.SendAsync("GET", "/plugins"), StringComparison.Ordinal);
        await Assertions.Expect(screen.Page.Locator("#content")).Not.ToContainTextAsync("hush-hush");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_credential_is_hidden_wherever_it_is_and_in_no_address()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/consumers", """{"username": "anna"}""");
        await gateway.SendAsync("POST", "/consumers/anna/key-auth", """{"key": "taken-already"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/consumers/anna?tab=credentials");
        await screen.Link("New API key").ClickAsync();
        await screen.Field("Key").FillAsync("taken-already");
        await screen.Button("Create").ClickAsync();

        // What the gateway says of a key, it says with the key.
        await Assertions.Expect(screen.Page.Locator("[data-field=key] .error-text")).ToContainTextAsync("is taken already");
        await Assertions.Expect(screen.Page.Locator("#content")).Not.ToContainTextAsync("taken-already");
        await screen.Field("Key").FillAsync("hush-hush");
        await screen.Button("Create").ClickAsync();
        await screen.HasHeadingAsync("anna");

        ILocator keys = screen.Page.GetByRole(AriaRole.Region, new() { Name = "API keys" });
        await Assertions.Expect(keys.GetByRole(AriaRole.Button, new() { Name = "Show Key" })).ToHaveCountAsync(2);
        await Assertions.Expect(screen.Page.Locator("#content")).Not.ToContainTextAsync("hush-hush");
        Assert.DoesNotContain("hush-hush", screen.Page.Url, StringComparison.Ordinal);
        await keys.GetByRole(AriaRole.Button, new() { Name = "Show Key" }).First.ClickAsync();
        await keys.GetByRole(AriaRole.Button, new() { Name = "Show Key" }).First.ClickAsync();
        await Assertions.Expect(keys).ToContainTextAsync("hush-hush");
        await screen.GoAsync("/changes");
        await screen.Button("What").First.ClickAsync();
        await screen.Page.Locator(".change").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".changes td.after").First).ToBeVisibleAsync();
        await Assertions.Expect(screen.Page.Locator("#content")).Not.ToContainTextAsync("hush-hush");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task The_text_of_an_entity_has_its_secrets_only_when_they_are_asked_for()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        string id = Id(await gateway.SendAsync("POST", "/plugins", """{"name": "rate-limiting", "config": {"minute": 5, "policy": "local", "redis": {"host": "redis.test", "password": "hush-hush"}}}"""));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync($"/plugins/{id}?tab=json");
        ILocator json = screen.Page.GetByLabel("JSON", new() { Exact = true });

        await Assertions.Expect(json).ToContainTextAsync("\"password\": \"••••••••••••\"");
        await screen.Button("Show secrets").ClickAsync();

        await Assertions.Expect(json).ToContainTextAsync("\"password\": \"hush-hush\"");
        screen.AssertQuiet();
    }

    private static string Id(string answer)
    {
        using JsonDocument parsed = JsonDocument.Parse(answer);
        return parsed.RootElement.GetProperty("id").GetString()!;
    }
}
