namespace Gibbon.Admin.Resources;

/// <summary><c>/status/dns</c>: what Kong answers with the client for names that it has by default.</summary>
internal static class DnsStatusEndpoint
{
    public static ApiEndpoint Endpoint => ApiEndpoint.Get("/status/dns", static _ => ApiAnswer.Message(501, "not implemented with the legacy DNS client"));
}
