using ChatSample;

// Chat over WebSockets: ASP.NET Core on Sluice. Open the URL in two windows.
//   dotnet run -c Release --project samples/chat -- --urls http://127.0.0.1:5000
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSluice();

var app = builder.Build();
var room = new ChatRoom();
string page = Path.Combine(AppContext.BaseDirectory, "chat.html");
CancellationToken stopping = app.Lifetime.ApplicationStopping;

app.UseWebSockets(new WebSocketOptions { KeepAliveTimeout = TimeSpan.FromSeconds(30) });
app.MapGet("/", () => Results.File(page, "text/html; charset=utf-8"));
app.Map("/chat", async context =>
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    await room.JoinAsync(socket, stopping);
});
app.Run();
