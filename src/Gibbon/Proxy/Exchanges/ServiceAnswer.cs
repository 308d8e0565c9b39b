using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>What the service answered: its head as received, and its body to be read.</summary>
internal readonly record struct ServiceAnswer(ResponseHead Head, MessageBody Body);
