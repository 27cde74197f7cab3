<?php
// What a PHP user would write: a persistent connection, the same two queries, a plain template.
declare(strict_types=1);

const PAGE_ROWS = 20;
const URGENT = 3;

$folder = $_SERVER['BENCH_FOLDER'];
$site = require "$folder/site.php";
$names = $site['names'];

function h(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
}

function money(int $fen): string
{
    return number_format($fen / 100, $fen % 100 ? 2 : 0);
}

function days_left(string $until): int
{
    return max(0, intdiv((int) strtotime("$until UTC") - time(), 86400));
}

function select(PDO $db, array $query): PDOStatement
{
    $statement = $db->prepare($query['sql']);
    foreach ($query['values'] as $i => $value) {
        $statement->bindValue($i + 1, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
    }
    $statement->execute();
    return $statement;
}

$db = new PDO("mysql:unix_socket={$_SERVER['BENCH_DATABASE']};dbname=bangfu;charset=utf8mb4",
    'bangfu_web', '', [PDO::ATTR_PERSISTENT => true]);
$total = (int) select($db, $site['posts_total'])->fetchColumn();
$posts = select($db, $site['posts'])->fetchAll(PDO::FETCH_ASSOC);

foreach ($site['headers'] as $header) {
    header($header);
}
require "$folder/head.html";
echo number_format($total);
require "$folder/middle.html";
foreach (array_slice($posts, 0, PAGE_ROWS) as $post) {
    require __DIR__ . '/card.php';
}
require "$folder/tail.html";
