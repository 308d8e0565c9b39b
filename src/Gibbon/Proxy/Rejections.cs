using Gibbon.Proxy.Errors;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy;

/// <summary>The answers to requests that never reach a route because of what they are.</summary>
internal static class Rejections
{
    public static void Answer(Exchange exchange, RequestRejection rejection)
    {
        if (rejection == RequestRejection.None)
        {
            // TRACE would show a client what proxies on its way have added.
            OwnAnswers.SetPage(exchange, 405);
            return;
        }

        if (rejection.IsSilent())
        {
            exchange.Head.SetStatus(rejection.Status());
            exchange.HasFailed = true;
            return;
        }

        int status = rejection.Status();
        if (rejection == RequestRejection.PlainHttpOnTlsPort)
        {
            OwnAnswers.SetBarePage(exchange, status, BarePages.PlainHttpOnTlsPort, null, withCharset: true);
        }
        else if (rejection.IsBarePage())
        {
            OwnAnswers.SetBarePage(exchange, status, BarePages.Of(status), null, withCharset: true);
        }
        else
        {
            OwnAnswers.SetPage(exchange, status);
        }
    }
}
