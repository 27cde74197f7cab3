<?php
// One help post that asks for money as a PHP user would write it: the same four queries, a plain
// template.
declare(strict_types=1);

require __DIR__ . '/common.php';
require __DIR__ . '/progress.php';

$post = select('post')->fetch(PDO::FETCH_ASSOC);
$steps = select('post_steps', (int) $post['id'])->fetchAll(PDO::FETCH_ASSOC);
$gifts = select('post_gifts', (int) $post['id'])->fetchAll(PDO::FETCH_ASSOC);
$deliveries = select('post_deliveries', (int) $post['id'])->fetchAll(PDO::FETCH_ASSOC);

fixed() ?>
<?= h($post['title']) ?>——帮扶<?php fixed() ?>
<p class="bf-card__kind">
<svg class="bf-icon" aria-hidden="true"><use href="<?= h($site['icons']) ?>#need-<?= h($post['need_kind']) ?>"/></svg>
<span><?= h($names[$post['need_kind']]) ?></span>
<strong class="bf-tag bf-tag--<?= h($post['phase']) ?>"><?= h($names[$post['phase']]) ?></strong>
<?php if ($post['urgency'] >= URGENT): ?>
<strong class="bf-tag bf-tag--urgent">急需</strong>
<?php endif ?>
</p>
<h1 class="bf-title" lang="zh-Hans"><?= h($post['title']) ?></h1>
<p class="bf-post__who">
<span><b><?= h($post['family_name']) ?></b>家</span>
<span><?= $post['people'] ?> 口人</span>
<span><span><?= h($names[$post['county']]) ?></span> <span><?= h($post['township']) ?></span></span>
</p>
<?php fixed(); progress($post) ?>
<dl class="bf-axes">
<div><dt>已拨付</dt><dd><?= money((int) $post['sent_fen']) ?> 元</dd></div>
<div><dt>家庭已确认收到</dt><dd><?= money((int) $post['confirmed_fen']) ?> 元</dd></div>
<?php if ($post['pending_fen']): ?>
<div><dt>支付中</dt><dd><?= money((int) $post['pending_fen']) ?> 元</dd></div>
<?php endif ?>
</dl>
<p class="bf-note">已收到 <?= number_format((int) $post['gift_count']) ?> 份爱心</p>
<?php fixed() ?>
<p class="bf-story" lang="zh-Hans"><?= h($post['story']) ?></p>
<dl class="bf-terms">
<dt>所需物品</dt><dd lang="zh-Hans"><span><?= h($post['item']) ?></span> </dd>
<dt>为何难以自行解决</dt><dd lang="zh-Hans"><?= h($post['reason']) ?></dd>
<dt>价格依据</dt><dd lang="zh-Hans"><?= h($post['price_source']) ?></dd>
</dl>
<?php fixed() ?>
<?php foreach ($steps as $step): ?>
<li class="bf-timeline__step">
<h3><?= h($names[$step['level']]) ?></h3>
<p><?= h($step['office']) ?> · <?= h($step['verifier']) ?></p>
<p class="bf-note"><?= day_element($step['decided_at']) ?></p>
</li>
<?php endforeach ?>
<?php fixed() ?>
<div><dt>求助编号</dt><dd><code><?= h($post['ref']) ?></code></dd></div>
<div><dt>发布日期</dt><dd><?= day_element($post['opened_at']) ?></dd></div>
<div><dt>截止日期</dt><dd><?= day_element($post['deadline_at']) ?></dd></div>
<?php fixed() ?>
<?php foreach ($gifts as $gift): ?>
<li class="bf-gifts__item">
<p class="bf-gifts__line">
<b><?= h($gift['donor'] ?? '一位匿名的爱心人士') ?></b>
<span class="bf-gifts__sum"><?= money((int) $gift['amount_fen']) ?> 元</span>
</p>
<?php if ($gift['words']): ?>
<p class="bf-gifts__words" lang="zh-Hans"><?= h($gift['words']) ?></p>
<?php endif ?>
<p class="bf-note"><?= day_element($gift['given_at']) ?></p>
</li>
<?php endforeach ?>
<?php fixed() ?>
<?php foreach ($deliveries as $delivery): ?>
<li class="bf-gifts__item">
<p class="bf-gifts__line">
<?php if ($delivery['received_at']): ?>
<b><time><?= day(seconds_of($delivery['received_at'])) ?></time>确认收到</b>
<?php else: ?>
<b><time><?= day(seconds_of($delivery['sent_at'])) ?></time>已送出</b>
<?php endif ?>
<span class="bf-gifts__sum"><?= money((int) $delivery['amount_fen']) ?> 元</span>
</p>
<?php if ($delivery['thanks']): ?>
<blockquote class="bf-gifts__words" lang="zh-Hans"><p><?= h($delivery['thanks']) ?></p></blockquote>
<?php endif ?>
</li>
<?php endforeach ?>
<?php fixed() ?>
