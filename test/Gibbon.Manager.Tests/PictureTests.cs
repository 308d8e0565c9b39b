using System.Text.Json;
using Gibbon.Testing;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>A shop with some of everything: that each page shows it, and, when asked for, the pictures of the documentation.</summary>
public sealed class PictureTests(Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_pages_of_a_small_shop(ColorScheme scheme)
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await FillAsync(gateway, new Uri(upstream.Url.ToString()).Authority);
        await using Screen screen = await chromium.OpenAsync(gateway.Url, scheme: scheme);
        string suffix = scheme == ColorScheme.Dark ? "-dark" : "";
        foreach ((string path, string name, string heading) in new[]
        {
            ("/", "overview", "Overview"), ("/map", "map", "Map"), ("/services", "services", "Services"), ("/routes", "routes", "Routes"),
            ("/plugins?sort=run", "plugins", "Plugins"), ("/consumers", "consumers", "Consumers"), ("/upstreams", "upstreams", "Upstreams"),
            ("/services/orders", "service", "orders"), ("/import", "import", "Import"), ("/changes", "changes", "Changes"),
            ("/consumer_groups", "consumer-groups", "Consumer groups"), ("/consumer_groups/gold?tab=members", "consumer-group-members", "gold"),
            ("/certificates", "certificates", "Certificates"), ("/ca_certificates", "ca-certificates", "CA certificates"), ("/snis", "snis", "SNIs"),
            ("/vaults", "vaults", "Vaults"), ("/keys", "keys", "Keys"), ("/key-sets", "key-sets", "Key sets"), ("/nothing/here", "not-found", ""),
        })
        {
            await screen.GoAsync(path);
            if (name is not "changes" and not "not-found")
            {
                await screen.HasHeadingAsync(heading);
            }

            if (name == "map")
            {
                await Assertions.Expect(screen.Page.Locator(".map .node.good").First).ToBeVisibleAsync();
            }

            await screen.AssertAccessibleAsync($"{path} {scheme}");
            if (suffix.Length == 0 || name is "overview" or "map")
            {
                await screen.PictureAsync(name + suffix);
            }
        }

        screen.AssertQuiet();
    }

    [Fact]
    public async Task Each_page_of_the_menu_has_its_picture_in_the_documentation()
    {
        await using ManagedGateway gateway = await ManagedGateway.StartAsync();
        await using Screen screen = await chromium.OpenAsync(gateway.Url);
        await screen.GoAsync("/");

        string[] pages = await screen.Page.Locator("aside nav a").EvaluateAllAsync<string[]>("links => links.map((link) => link.getAttribute('href'))");

        Assert.True(pages.Length >= 19, string.Join(' ', pages));
        Assert.All(pages, static page => Assert.True(File.Exists(Path.Combine(Tree.Root, "docs", "manager", (page == "/" ? "overview" : page[1..].Replace('_', '-')) + ".png")), page));
    }

    private static async Task FillAsync(ManagedGateway gateway, string target)
    {
        await gateway.SendAsync("POST", "/upstreams", """{"name": "orders.v1", "tags": ["shop"], "healthchecks": {"active": {"type": "tcp", "healthy": {"interval": 1, "successes": 1}, "unhealthy": {"interval": 1, "tcp_failures": 1}}}}""");
        await gateway.SendAsync("POST", "/upstreams/orders.v1/targets", $$"""{"target": "{{target}}"}""");
        await gateway.SendAsync("POST", "/upstreams/orders.v1/targets", """{"target": "127.0.0.1:9"}""");
        await gateway.SendAsync("POST", "/services", """{"name": "orders", "url": "http://orders.v1/api", "tags": ["shop", "team-a"]}""");
        await gateway.SendAsync("POST", "/services", """{"name": "billing", "url": "https://billing.internal:8443/v2", "tags": ["shop"]}""");
        await gateway.SendAsync("POST", "/services", """{"name": "search", "url": "http://search.internal:9200", "enabled": false}""");
        await gateway.SendAsync("POST", "/services/orders/routes", """{"name": "orders-list", "paths": ["/orders"], "methods": ["GET", "POST"], "hosts": ["api.example.com"], "tags": ["shop"]}""");
        await gateway.SendAsync("POST", "/services/orders/routes", """{"name": "orders-one", "paths": ["~/orders/(?<id>[0-9]+)$"], "methods": ["GET"]}""");
        await gateway.SendAsync("POST", "/services/billing/routes", """{"name": "invoices", "paths": ["/invoices"]}""");
        await gateway.SendAsync("POST", "/consumers", """{"username": "anna", "custom_id": "u-1", "tags": ["gold"]}""");
        await gateway.SendAsync("POST", "/consumers", """{"username": "ben"}""");
        await gateway.SendAsync("POST", "/plugins", """{"name": "rate-limiting", "config": {"minute": 60, "policy": "local"}}""");
        await gateway.SendAsync("POST", "/plugins", """{"name": "correlation-id"}""");
        await gateway.SendAsync("POST", "/consumer_groups", """{"name": "gold", "tags": ["shop"]}""");
        await gateway.SendAsync("POST", "/consumer_groups/gold/consumers", """{"consumer": "anna"}""");
        (string certificate, string key) = Population.Pair();
        await gateway.SendAsync("POST", "/certificates", JsonSerializer.Serialize(new { cert = certificate, key, snis = new[] { "www.example.com", "shop.example.com" }, tags = new[] { "shop" } }));
        await gateway.SendAsync("POST", "/ca_certificates", JsonSerializer.Serialize(new { cert = Population.Authority(), tags = new[] { "internal" } }));
        await gateway.SendAsync("POST", "/vaults", """{"name": "env", "prefix": "shop-secrets", "description": "From the environment", "config": {"prefix": "SHOP_"}}""");
        await gateway.SendAsync("POST", "/key-sets", """{"name": "partners"}""");
        await gateway.SendAsync("POST", "/key-sets/partners/keys", JsonSerializer.Serialize(new { name = "partner-a", kid = "a-2026", jwk = Population.Jwk("a-2026") }));
        await gateway.SendAsync("POST", "/services/orders/plugins", """{"name": "key-auth", "tags": ["shop"]}""");
    }
}
