using System.Text.Json;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>What somebody who fills in forms expects, and would call broken.</summary>
public sealed class FormTests(Chromium chromium)
{
    [Fact]
    public async Task Nothing_is_saved_without_the_entity_that_was_named()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://orders.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");
        await screen.Field("Paths").FillAsync("/orders");

        await screen.Field("Service").FillAsync("ordres");
        await screen.Button("Create").ClickAsync();

        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Service: there is none called “ordres”");
        Assert.Equal(0, Data(await gateway.SendAsync("GET", "/routes")).GetArrayLength());
        await screen.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(screen.Field("Service")).ToBeFocusedAsync();
        await screen.Field("Service").FillAsync("orders");
        await screen.Field("Service").PressAsync("Enter");
        await Assertions.Expect(screen.Page.Locator(".tabs")).ToBeVisibleAsync();
        Assert.NotEqual(JsonValueKind.Null, Data(await gateway.SendAsync("GET", "/routes"))[0].GetProperty("service").ValueKind);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task An_entity_that_was_not_suggested_is_found_before_the_form_is_sent()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        string services = string.Join("\n", Enumerable.Range(0, 120).Select(static n => $"- {{name: service-{n}, url: \"http://service.test\"}}"));
        using StringContent file = new($"_format_version: \"3.0\"\nservices:\n{services}\n", null, "application/yaml");
        using HttpResponseMessage applied = await gateway.Admin.PostAsync("/apply", file);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        HashSet<string> suggested = [.. Data(await gateway.SendAsync("GET", "/services?size=100")).EnumerateArray().Select(static service => service.GetProperty("name").GetString()!)];
        string other = Enumerable.Range(0, 120).Select(static n => $"service-{n}").First(name => !suggested.Contains(name));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");

        await screen.Field("Paths").FillAsync("/far");
        await screen.Field("Service").FillAsync(other);
        await screen.Field("Service").PressAsync("Enter");

        await Assertions.Expect(screen.Page.Locator("dl.details").GetByRole(AriaRole.Link, new() { Name = other, Exact = true })).ToBeVisibleAsync();
        await screen.GoAsync("/routes");
        await Assertions.Expect(screen.Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = other, Exact = true })).ToBeVisibleAsync();
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_comma_ends_a_word_and_belongs_to_a_regex()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/routes/new");

        await screen.Field("Paths").PressSequentiallyAsync("~/v\\d{1,2}/x$");
        await screen.Field("Paths").PressAsync("Enter");
        await screen.Field("Methods").PressSequentiallyAsync("GET,POST");
        await screen.Field("Hosts").FillAsync("good.test, bad_host!!");
        await screen.Field("Hosts").PressAsync("Enter");
        await screen.Field("Hosts").FillAsync("good.test");
        await screen.Button("Create").ClickAsync();

        await Assertions.Expect(screen.Page.Locator("[data-field=hosts] .error-text")).ToHaveTextAsync("good.test, bad_host!!: invalid hostname: good.test, bad_host!!");
        await screen.Page.GetByLabel("Remove good.test, bad_host!!").ClickAsync();
        await screen.Button("Create").ClickAsync();
        await Assertions.Expect(screen.Page.Locator(".tabs")).ToBeVisibleAsync();
        JsonElement route = Data(await gateway.SendAsync("GET", "/routes"))[0];
        Assert.Equal("~/v\\d{1,2}/x$", Assert.Single(route.GetProperty("paths").EnumerateArray()).GetString());
        Assert.Equal("GET POST", string.Join(' ', route.GetProperty("methods").EnumerateArray().Select(static method => method.GetString()).Order(StringComparer.Ordinal)));
        screen.AssertQuiet();
    }

    [Fact]
    public async Task What_is_wrong_leads_to_its_field_and_a_row_that_is_added_is_where_one_types()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/plugins/new?name=http-log");
        await screen.Field("HTTP endpoint").FillAsync("http://log.test");

        await screen.Page.Locator("[data-field='config.headers']").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByLabel("Headers: name 1")).ToBeFocusedAsync();
        await screen.Page.Keyboard.TypeAsync("Host");
        await screen.Page.Keyboard.PressAsync("Tab");
        await screen.Page.Keyboard.TypeAsync("x");
        await screen.Page.Keyboard.PressAsync("Control+Enter");

        await Assertions.Expect(screen.Page.Locator("[data-field='config.headers'] .error-text")).ToContainTextAsync("cannot contain 'Host' header");
        await screen.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link, new() { Name = "Config › Headers" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByLabel("Headers: name 1")).ToBeFocusedAsync();
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_target_is_given_another_weight()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/upstreams", """{"name": "orders.test"}""");
        await gateway.SendAsync("POST", "/upstreams/orders.test/targets", """{"target": "127.0.0.1:9", "weight": 50}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/upstreams/orders.test?tab=targets");

        await screen.Link("Edit 127.0.0.1:9").ClickAsync();
        await screen.Field("Weight").FillAsync("7");
        await screen.Button("Save").ClickAsync();

        await Assertions.Expect(screen.Page.Locator("td[data-label=Weight]")).ToHaveTextAsync("7");
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Each_kind_of_vault_has_fields_of_its_own()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync(("vaults", "bundled,hcv"));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/vaults/new");
        await Assertions.Expect(screen.Field("Mount")).ToHaveCountAsync(0);

        await screen.Field("Name").SelectOptionAsync("hcv");

        await Assertions.Expect(screen.Field("Mount")).ToBeVisibleAsync();
        screen.AssertQuiet();
    }

    [Fact]
    public async Task Who_may_only_look_is_offered_nothing_else()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync(("admin_token", "open-sesame"), ("admin_token_read_only", "just-looking"));
        gateway.Admin.DefaultRequestHeaders.Add("Kong-Admin-Token", "open-sesame");
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://orders.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.Page.GotoAsync("/services");

        await screen.Field("Admin token").FillAsync("just-looking");
        await screen.Button("Sign in").ClickAsync();

        await Assertions.Expect(screen.Page.GetByText("may only look")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Link("orders")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Link("New service")).ToHaveCountAsync(0);
        await Assertions.Expect(screen.Button("Delete orders")).ToHaveCountAsync(0);
        await screen.Link("orders").ClickAsync();
        await screen.HasHeadingAsync("orders");
        await Assertions.Expect(screen.Button("Delete")).ToHaveCountAsync(0);
        screen.AssertQuiet();
    }

    private static JsonElement Data(string answer)
    {
        using JsonDocument parsed = JsonDocument.Parse(answer);
        return parsed.RootElement.GetProperty("data").Clone();
    }
}
