using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Plugins.Shared;

/// <summary>
/// Tells the gateway, and the service in headers, who the client is. Each of these headers is set or taken out, never left as the client
/// sent it; the gateway takes other spellings (<c>X_Consumer_ID</c>) out with the name that is set or cleared.
/// </summary>
static class Identity
{
    const string ConsumerId = "X-Consumer-ID";
    const string ConsumerCustomId = "X-Consumer-Custom-ID";
    const string ConsumerUsername = "X-Consumer-Username";
    const string CredentialIdentifier = "X-Credential-Identifier";
    const string AnonymousConsumer = "X-Anonymous-Consumer";

    /// <summary>The client has proved who it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="consumer">The consumer; <c>null</c> if the credential belongs to none.</param>
    /// <param name="credential">The credential.</param>
    public static void Set(RequestContext context, Consumer? consumer, Credential credential)
    {
        context.Client.Authenticate(consumer, credential);
        var request = context.Service.Request;
        SetConsumer(request, consumer, consumer is not null && credential is EntityCredential known ? known.ConsumerIdText : null);
        Put(request, CredentialIdentifier, credential.Identifier);
        request.ClearHeader(AnonymousConsumer);
    }

    /// <summary>The client has proved who it is with a stored credential.</summary>
    /// <param name="context">The request.</param>
    /// <param name="entity">The credential.</param>
    /// <exception cref="InvalidOperationException">The consumer cannot be read.</exception>
    public static async ValueTask SetAsync(RequestContext context, ICredentialEntity entity)
    {
        var consumer = await context.Client.LoadConsumerAsync(entity.Credential.ConsumerId!.Value);
        if (!consumer.IsOk && consumer.Error is { } error)
            throw new InvalidOperationException(error);

        Set(context, consumer.Value, entity.Credential);
    }

    /// <summary>The client could not prove who it is, and a consumer of the operator's choice stands in; 500 if there is none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="anonymous">The id or the user name of the consumer.</param>
    public static ValueTask SetAnonymousAsync(RequestContext context, string anonymous)
    {
        var load = context.Client.LoadConsumerAsync(anonymous, searchByUsername: true);
        return load.IsCompletedSuccessfully ? Conclude(context, anonymous, load.Result) : Await(context, anonymous, load);

        static async ValueTask Await(RequestContext context, string anonymous, ValueTask<Result<Consumer?>> load) =>
            await Conclude(context, anonymous, await load);

        static ValueTask Conclude(RequestContext context, string anonymous, Result<Consumer?> found)
        {
            if (!found.IsOk)
                throw new InvalidOperationException(found.Error);

            if (found.Value is not { } consumer)
            {
                context.Log.Err($"anonymous consumer {anonymous} is configured but doesn't exist");
                return Refusal.Unexpected.AnswerAsync(context);
            }

            SetAnonymous(context, consumer);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A consumer stands in for a client without a credential.</summary>
    public static void SetAnonymous(RequestContext context, Consumer consumer)
    {
        context.Client.Authenticate(consumer, null);
        var request = context.Service.Request;
        SetConsumer(request, consumer, null);
        request.ClearHeader(CredentialIdentifier);
        request.SetHeader(AnonymousConsumer, "true");
    }

    static void SetConsumer(ServiceRequest request, Consumer? consumer, string? idText)
    {
        Put(request, ConsumerId, consumer is null ? null : idText ?? consumer.Id.ToString());
        Put(request, ConsumerCustomId, consumer?.CustomId);
        Put(request, ConsumerUsername, consumer?.Username);
    }

    static void Put(ServiceRequest request, string name, string? value)
    {
        if (value is null)
            request.ClearHeader(name);
        else
            request.SetHeader(name, value);
    }
}
