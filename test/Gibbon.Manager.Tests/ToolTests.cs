using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>What Kong Manager has not: explain, import with a plan, versions with a way back.</summary>
public sealed class ToolTests(Chromium chromium)
{
    [Fact]
    public async Task A_request_is_explained_from_a_curl_line()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://127.0.0.1:9/base"}""");
        await gateway.SendAsync("POST", "/services/orders/routes", """{"name": "exact", "paths": ["/orders/7"]}""");
        await gateway.SendAsync("POST", "/services/orders/routes", """{"name": "wide", "paths": ["/orders"]}""");
        await gateway.SendAsync("POST", "/services/orders/plugins", """{"name": "key-auth"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/explain");

        await screen.Field("curl command").FillAsync("curl http://localhost:8000/orders/7");
        await screen.Button("Explain").ClickAsync();

        ILocator answer = screen.Page.GetByLabel("The answer");
        await Assertions.Expect(answer.Locator(".path li").First).ToContainTextAsync("exact");
        await Assertions.Expect(answer).ToContainTextAsync("Without it, wide would win");
        await Assertions.Expect(answer).ToContainTextAsync("key-auth");
        await screen.AssertAccessibleAsync("explain");
        await screen.PictureAsync("explain");

        // The question is in the address, so that it can be passed on.
        await screen.Page.ReloadAsync();
        await Assertions.Expect(screen.Field("curl command")).ToHaveValueAsync("curl http://localhost:8000/orders/7");

        // Credentials are not.
        await screen.Field("curl command").FillAsync("curl -H 'apikey: not-for-others' http://localhost:8000/orders/8");
        await screen.Button("Explain").ClickAsync();
        await Assertions.Expect(answer.Locator(".path li").First).ToContainTextAsync("wide");
        await Assertions.Expect(screen.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/explain$|/explain\\?method=GET$"));
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_file_is_applied_after_its_plan_and_taken_back()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "old", "url": "http://old.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/import");

        await screen.Field("Configuration").FillAsync("_format_version: \"3.0\"\nservices:\n- name: new\n  url: http://new.test\n");
        await screen.Button("Show what would change").ClickAsync();
        await Assertions.Expect(screen.Page.GetByLabel("Plan")).ToContainTextAsync("1 created");
        await Assertions.Expect(screen.Page.GetByLabel("Plan")).ToContainTextAsync("1 deleted");
        await screen.AssertAccessibleAsync("a plan");
        await screen.PictureAsync("import-plan");
        Assert.Contains("\"old\"", await gateway.SendAsync("GET", "/services"), StringComparison.Ordinal);
        await screen.Button("Apply").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("The configuration is live")).ToBeVisibleAsync();
        string applied = await gateway.SendAsync("GET", "/services");
        Assert.Contains("\"new\"", applied, StringComparison.Ordinal);
        Assert.DoesNotContain("\"old\"", applied, StringComparison.Ordinal);

        await screen.Link("Changes").ClickAsync();
        await screen.HasHeadingAsync("Changes");
        await Assertions.Expect(screen.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await screen.Button("What").First.ClickAsync();
        await Assertions.Expect(screen.Page.Locator("li .change").First).ToBeVisibleAsync();
        await screen.AssertAccessibleAsync("changes");
        await screen.PictureAsync("changes");
        await screen.Button("Go back to it").First.ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Assertions.Expect(screen.Page.Locator("tbody")).ToContainTextAsync("Rolled back");
        Assert.Contains("\"old\"", await gateway.SendAsync("GET", "/services"), StringComparison.Ordinal);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_told_with_its_place()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/import");

        await screen.Field("Configuration").FillAsync("_format_version: \"3.0\"\nroutes:\n- name: r\n  paths: [no-slash]\n");
        await screen.Button("Show what would change").ClickAsync();

        await Assertions.Expect(screen.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("/routes/0");
        await Assertions.Expect(screen.Button("Apply")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_OpenAPI_document_that_is_dropped_becomes_a_service_with_routes()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await gateway.SendAsync("POST", "/services", """{"name": "untouched", "url": "http://other.test"}""");
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/import");
        const string document = """
            openapi: 3.1.0
            info: {title: Pet Shop, version: "1"}
            servers: [{url: "https://pets.test/v2"}]
            paths:
              /pets/{petId}: {get: {}, delete: {}}
              /pets: {post: {}}
            """;

        await screen.Page.Locator(".drop").EvaluateAsync(
            "(drop, text) => { const data = new DataTransfer(); data.items.add(new File([text], 'pets.yaml')); drop.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }", document);

        await Assertions.Expect(screen.Page.GetByText("pets.yaml is an OpenAPI document")).ToBeVisibleAsync();
        await screen.Button("Show what would change").ClickAsync();
        await Assertions.Expect(screen.Page.GetByLabel("Plan")).ToContainTextAsync("3 created");
        await screen.Button("Apply").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("The configuration is live")).ToBeVisibleAsync();
        string routes = await gateway.SendAsync("GET", "/routes");
        Assert.Contains("~/v2/pets/(?<petId>[^/]+)$", routes.Replace("\\/", "/", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("untouched", await gateway.SendAsync("GET", "/services"), StringComparison.Ordinal);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task The_servers_and_the_security_of_an_OpenAPI_document_become_targets_and_plugins()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/import");
        await screen.Field("Configuration").FillAsync(
            """
            openapi: 3.0.3
            info: {title: Pet Shop, version: "1"}
            servers:
            - {url: "https://{zone}.pets.test/v2", variables: {zone: {default: east}}}
            - {url: "https://west.pets.test:8443/v2"}
            security: [{appKey: []}]
            components:
              securitySchemes:
                appKey: {type: apiKey, in: header, name: X-App-Key}
                people: {type: oauth2, flows: {}}
              pathItems:
                shared: {get: {}}
            paths:
              /pets/{petId}: {get: {security: []}, delete: {}}
              /pets/mine: {get: {security: [{people: []}]}}
              /pets-mine: {$ref: "#/components/pathItems/shared"}
            """);

        await screen.Button("Show what would change").ClickAsync();

        await Assertions.Expect(screen.Page.GetByText("What you have pasted is an OpenAPI document")).ToBeVisibleAsync();
        await Assertions.Expect(screen.Page.GetByText("“people” is not checked by the gateway")).ToBeVisibleAsync();
        await screen.Button("Apply").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("The configuration is live")).ToBeVisibleAsync();
        string targets = await gateway.SendAsync("GET", "/upstreams/pet-shop.upstream/targets");
        Assert.Contains("east.pets.test:443", targets, StringComparison.Ordinal);
        Assert.Contains("west.pets.test:8443", targets, StringComparison.Ordinal);
        Assert.Contains("X-App-Key", await gateway.SendAsync("GET", "/routes/pet-shop-pets-petid-2/plugins"), StringComparison.Ordinal);
        Assert.DoesNotContain("key-auth", await gateway.SendAsync("GET", "/routes/pet-shop-pets-petid/plugins"), StringComparison.Ordinal);
        Assert.Contains("\"regex_priority\":99", await gateway.SendAsync("GET", "/routes/pet-shop-pets-petid"), StringComparison.Ordinal);
        Assert.Contains("\"regex_priority\":100", await gateway.SendAsync("GET", "/routes/pet-shop-pets-mine"), StringComparison.Ordinal);
        Assert.Contains("/v2/pets-mine$", (await gateway.SendAsync("GET", "/routes/pet-shop-pets-mine-2")).Replace("\\/", "/", StringComparison.Ordinal), StringComparison.Ordinal);
        screen.AssertQuiet();
    }

    [Fact]
    public async Task A_node_without_a_database_takes_a_file_as_a_whole()
    {
        await using ManagedGateway gateway = await ManagedGateway.DeclaredAsync(Population.Of(1));
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/services");
        await Assertions.Expect(screen.Link("New service")).ToHaveCountAsync(0);
        await screen.Page.GetByText("has no database").GetByRole(AriaRole.Link).ClickAsync();
        await screen.HasHeadingAsync("Import");

        await screen.Field("Configuration").FillAsync("_format_version: \"3.0\"\nservices:\n- name: only\n  url: http://only.test\n");
        await screen.Button("Show what would change").ClickAsync();
        await screen.Button("Apply").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("The configuration is live")).ToBeVisibleAsync();

        Assert.Contains("only.test", await gateway.SendAsync("GET", "/services"), StringComparison.Ordinal);
    }
}
