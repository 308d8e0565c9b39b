using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="MatchedRoute"/> over an exchange.</summary>
internal sealed class ExchangeRoute(Exchange exchange) : MatchedRoute(exchange)
{
    protected override Route? RouteCore => exchange.Route;

    protected override Service? ServiceCore => exchange.MatchedService;
}
